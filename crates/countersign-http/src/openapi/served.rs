use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::{HeaderName, HeaderValue, Response};
use bytes::Bytes;
use utoipa::openapi::OpenApi;

use super::page;
use crate::call::answer::private;
use crate::call::request_id::RequestId;

/// Nothing but the style sheet beside it; no script, no frame, no form.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A text that is the same for everybody.
#[derive(Debug, Clone)]
pub(super) struct Served {
    body: Bytes,
    headers: [(HeaderName, HeaderValue); 3],
}

impl Served {
    fn new(body: Bytes, media_type: &'static str) -> Self {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static(media_type)),
            (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
            (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        ];
        Self { body, headers }
    }

    pub(super) async fn answer(self, request: Request) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        let headers = response.headers_mut();
        headers.extend(self.headers);
        private(headers, &RequestId::of(request.headers()));
        // It is no secret, and changes with the next release.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }
}

pub(super) fn json(document: &OpenApi) -> Served {
    // Texts, numbers and lists of them can always be written.
    Served::new(serde_json::to_vec(document).unwrap_or_default().into(), "application/json")
}

pub(super) fn page(document: &OpenApi) -> Served {
    Served::new(page::written(document).into(), "text/html; charset=utf-8")
}

pub(super) fn style() -> Served {
    Served::new(Bytes::from_static(include_bytes!("page/style.css")), "text/css; charset=utf-8")
}
