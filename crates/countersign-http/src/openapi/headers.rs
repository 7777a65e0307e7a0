//! The headers of answers.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};

pub(super) const REQUEST_ID: &str = "X-Request-Id";
pub(super) const RETRY_AFTER: &str = "Retry-After";
pub(super) const REPLAYED: &str = "Idempotency-Replayed";
pub(super) const ALLOW: &str = "Allow";
pub(super) const AUTHENTICATE: &str = "WWW-Authenticate";
pub(super) const CACHE_CONTROL: &str = "Cache-Control";

/// All of them, by name.
pub(super) fn all() -> [(&'static str, Header); 6] {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let only = |word: &str| text().enum_values(Some([word.to_owned()]));
    [
        (REQUEST_ID, header(text(), "What the request is called in the service's log: name it when you ask for help.")),
        (
            RETRY_AFTER,
            header(
                ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1_usize)),
                "Seconds to wait before asking again.",
            ),
        ),
        (REPLAYED, header(only("true"), "The answer is that to an earlier request of the same `Idempotency-Key`.")),
        (ALLOW, header(text(), "The methods that the path takes.")),
        (AUTHENTICATE, header(text(), "How to show a key: `AccessKey` or `Bearer`.")),
        (CACHE_CONTROL, header(only("no-store"), "Nobody is to keep the answer.")),
    ]
}

fn header(schema: ObjectBuilder, description: &str) -> Header {
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
}
