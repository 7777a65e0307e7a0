//! The description of the API: generated from its types, served as JSON and as a page.

use axum::Router;
use axum::routing::get;
use utoipa::openapi::OpenApi;

mod answers;
mod calls;
mod document;
mod headers;
mod names;
mod operations;
mod page;
mod parameters;
mod refused;
mod served;
#[cfg(test)]
mod tests;

/// Where the description is served, as JSON.
const JSON: &str = "/openapi.json";
/// Where it is served, as a page.
const PAGE: &str = "/docs";
/// What the page looks like.
const STYLE: &str = "/docs.css";

/// Describes the Verify API as this crate's router answers it, in OpenAPI 3.1.
///
/// Bounds, defaults and words are those of the engine's types. There is no server in it: whoever knows where the router
/// is mounted may add one. The router serves it at `/openapi.json`, and as a page at `/docs`.
#[must_use]
pub fn openapi() -> OpenApi {
    document::document()
}

/// The router with the description's routes. It is written once, when the router is made.
pub(crate) fn routes(router: Router) -> Router {
    let document = openapi();
    let json = served::json(&document);
    let page = served::page(&document);
    router
        .route(JSON, get(move |request| json.clone().answer(request)))
        .route(PAGE, get(move |request| page.clone().answer(request)))
        .route(STYLE, get(|request| served::style().answer(request)))
}
