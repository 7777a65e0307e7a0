//! What requests have in their paths and headers.

use countersign::idempotency::IdempotencyKey;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// A UUID in the path.
pub(super) fn id(name: &str, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(text().format(Some(SchemaFormat::Custom("uuid".to_owned())))))
        .build()
}

/// What a request is called.
pub(super) fn request_id() -> Parameter {
    header(
        "X-Request-Id",
        "What to call the request in the service's log: letters, digits and - _ . only, and 64 of them at most. Another \
         name is not taken, and the service makes one up.",
        text(),
    )
}

/// By what a request is known that may come again.
pub(super) fn idempotency_key() -> Parameter {
    let schema = text().min_length(Some(1)).max_length(Some(IdempotencyKey::MAX_BYTES)).pattern(Some("^[!-~]+$"));
    let description = "A new random name for each new request. A request that comes again with its name is answered as \
                       before and not carried out again, for a day at least unless the service is set up otherwise.";
    header("Idempotency-Key", description, schema)
}

fn header(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
