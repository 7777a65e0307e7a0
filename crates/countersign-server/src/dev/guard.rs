use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, HOST, ORIGIN, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::routes::refused;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Admits requests of this machine's own pages and programs only, and forbids caching.
///
/// The outbox holds codes and needs no key: a page of another origin must not read it by a name that resolves to this
/// machine (DNS rebinding), and must not play the carrier (CSRF).
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let mut response = match look(request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(sentence) => refused(StatusCode::FORBIDDEN, "Forbidden", sentence).into_response(),
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn look(method: &Method, headers: &HeaderMap) -> Result<(), &'static str> {
    let host = only(headers, &HOST).filter(|host| is_loopback(host));
    let Some(host) = host else {
        return Err("the development tools answer under 127.0.0.1, localhost or [::1] only");
    };
    if method == Method::GET || method == Method::HEAD {
        return Ok(());
    }
    let own_origin = !headers.contains_key(&ORIGIN)
        || only(headers, &ORIGIN).and_then(|origin| origin.strip_prefix("http://")) == Some(host);
    let own_site = !headers.contains_key(&FETCH_SITE)
        || only(headers, &FETCH_SITE).is_some_and(|site| matches!(site, "same-origin" | "none"));
    if own_origin && own_site { Ok(()) } else { Err("a page of another origin cannot use the development tools") }
}

/// The value of a header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    value.to_str().ok()
}

/// Whether a name with or without a port means this machine and cannot be made to mean another.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests;
