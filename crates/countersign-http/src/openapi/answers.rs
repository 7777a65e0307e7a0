//! Answers of calls: what a success is, and every refusal by its status.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use countersign_api::{ErrorCode, Record, RecordPage};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder, Responses, ResponsesBuilder};
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Schema};

use super::headers::{AUTHENTICATE, CACHE_CONTROL, REPLAYED, REQUEST_ID, RETRY_AFTER};
use super::refused::{self, Refusing};
use crate::call::Call;
use crate::call::refusals;

const JSON: &str = "application/json";
const MALFORMED: &str = "InvalidPayload";
const MISMATCH: &str = "VerificationCodeMismatch";

/// An answer with an object in it.
pub(super) fn success(call: Call) -> (StatusCode, ResponseBuilder) {
    let pending = || example(include_str!("examples/pending.json"));
    let (status, name, description, example) = match call {
        Call::Start => (StatusCode::ACCEPTED, Record::name(), "It is accepted, and its first message too.", pending()),
        Call::Check => {
            (StatusCode::OK, Record::name(), "It is verified.", example(include_str!("examples/verified.json")))
        }
        Call::Resend => (StatusCode::ACCEPTED, Record::name(), "The message is accepted.", pending()),
        Call::Failover => (StatusCode::ACCEPTED, Record::name(), "The step is taken, its message accepted.", pending()),
        Call::Get => (StatusCode::OK, Record::name(), "It, as it stands.", pending()),
        Call::Cancel => (StatusCode::OK, Record::name(), "It is canceled.", canceled(pending())),
        Call::List => (StatusCode::OK, RecordPage::name(), "A page of them.", json!({ "results": [pending()] })),
    };
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).example(Some(example)).build();
    (status, with_headers(call, status, ResponseBuilder::new().description(description)).content(JSON, content))
}

fn example(text: &str) -> Value {
    // A test reads them as what they are examples of.
    serde_json::from_str(text).unwrap_or_default()
}

fn canceled(mut example: Value) -> Value {
    if let Some(status) = example.get_mut("status") {
        *status = "canceled".into();
    }
    example
}

/// All answers that are no success.
pub(super) fn refusing(call: Call, mut responses: ResponsesBuilder) -> Responses {
    for (status, ways) in refused::of(call) {
        responses = responses.response(status.to_string(), refusal(call, status, &ways));
    }
    if call == Call::List {
        // Given by the connection, which has no request to answer yet.
        let description = "The URL is longer than any that is read. The answer has no body.";
        let response = ResponseBuilder::new().description(description).build();
        responses = responses.response(StatusCode::URI_TOO_LONG.as_str(), response);
    }
    responses.build()
}

fn refusal(call: Call, status: u16, ways: &[Refusing]) -> Response {
    let description = match ways {
        [only] => format!("`{}`: {}", only.example.body.code, only.when),
        _ => ways.iter().map(|way| format!("- `{}`: {}\n", way.example.body.code, way.when)).collect(),
    };
    let examples = ways.iter().map(|way| {
        let value = serde_json::to_value(&way.example.body).unwrap_or_default();
        (way.example.body.code.to_string(), ExampleBuilder::new().summary(way.when).value(Some(value)).build())
    });
    let content = ContentBuilder::new().schema(Some(schema_of(ways))).examples_from_iter(examples).build();
    let response = ResponseBuilder::new().description(description.trim_end()).content(JSON, content);
    let status = StatusCode::from_u16(status).unwrap_or_default();
    let mut response = with_headers(call, status, response);
    if ways.iter().any(|way| way.example.retry_after.is_some()) {
        response = response.header_ref(RETRY_AFTER, named(RETRY_AFTER));
    }
    if status == StatusCode::UNAUTHORIZED {
        response = response.header_ref(AUTHENTICATE, named(AUTHENTICATE));
    }
    response.build()
}

/// That the store does not answer.
pub(super) fn unavailable() -> ResponseBuilder {
    let example = serde_json::to_value(refusals::not_ready().body).unwrap_or_default();
    let content = ContentBuilder::new().schema(Some(body(["StoreUnavailable"]))).example(Some(example)).build();
    ResponseBuilder::new().description("`StoreUnavailable`: the store does not answer.").content(JSON, content)
}

/// The headers that an answer of that status may have whatever is in it.
fn with_headers(call: Call, status: StatusCode, response: ResponseBuilder) -> ResponseBuilder {
    let response = response.header_ref(REQUEST_ID, named(REQUEST_ID)).header_ref(CACHE_CONTROL, named(CACHE_CONTROL));
    // What was decided is kept for a repetition; that nothing was done is not.
    let kept: &[u16] = match call {
        Call::Start => &[202, 422],
        Call::Check => &[200, 400, 404, 422],
        Call::Resend | Call::Failover => &[202, 400, 404, 422],
        Call::List | Call::Get | Call::Cancel => &[],
    };
    if kept.contains(&status.as_u16()) { response.header_ref(REPLAYED, named(REPLAYED)) } else { response }
}

fn named(header: &str) -> Ref {
    Ref::new(format!("#/components/headers/{header}"))
}

/// The body with one of these codes. Codes whose `details` are known have a schema of their own.
fn schema_of(ways: &[Refusing]) -> RefOr<Schema> {
    let codes = ways.iter().map(|way| way.example.body.code.as_str());
    let (detailed, plain): (Vec<&str>, Vec<&str>) = codes.partition(|code| [MALFORMED, MISMATCH].contains(code));
    let refs = detailed.into_iter().map(|code| RefOr::from(Ref::from_schema_name(code)));
    let plain = (!plain.is_empty()).then(|| RefOr::from(body(plain)));
    let mut schemas: Vec<RefOr<Schema>> = refs.chain(plain).collect();
    match schemas.pop() {
        Some(only) if schemas.is_empty() => only,
        last => schemas.into_iter().chain(last).fold(OneOfBuilder::new(), OneOfBuilder::item).into(),
    }
}

/// A flat body with one of these codes, and no details.
fn body<'a>(codes: impl IntoIterator<Item = &'a str>) -> ObjectBuilder {
    let code = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
    let message = ObjectBuilder::new().schema_type(Type::String);
    ObjectBuilder::new()
        .property("code", code.description(Some("A stable name for programs.")))
        .required("code")
        .property("message", message.description(Some("For people: what is wrong, and what to do.")))
        .required("message")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
}

/// The bodies that have details, and what all of them have in common.
pub(super) fn schemas() -> BTreeMap<String, Schema> {
    let count = || ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0_usize));
    let counts = ObjectBuilder::new()
        .property("failedAttempts", count().description(Some("Wrong codes so far.")))
        .required("failedAttempts")
        .property("remainingAttempts", count().description(Some("Wrong codes that are left.")))
        .required("remainingAttempts")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    let sentences = ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::String)).min_items(Some(1));
    let faults = ObjectBuilder::new()
        .description(Some("What is wrong, by its path in the request, as in `.steps[0].channelId`."))
        .min_properties(Some(1))
        .additional_properties(Some(sentences));
    let detailed = |code, details: ObjectBuilder| body([code]).property("details", details).required("details").into();
    let any = body(ErrorCode::ALL.iter().map(ErrorCode::as_str))
        .property("details", ObjectBuilder::new().description(Some("More to it; see the codes that have it.")))
        .description(Some("An answer that is no success. Each call says which codes it gives."));
    BTreeMap::from([
        ("Problem".to_owned(), any.into()),
        (MALFORMED.to_owned(), detailed(MALFORMED, faults)),
        (MISMATCH.to_owned(), detailed(MISMATCH, counts)),
    ])
}
