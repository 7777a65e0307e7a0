//! What those ask who run the service, and the description itself.

use axum::http::StatusCode;
use serde_json::json;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, PathItem, PathsBuilder};
use utoipa::openapi::response::{ResponseBuilder, ResponsesBuilder};
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref};

use super::headers::{REQUEST_ID, RETRY_AFTER};
use super::names::OPERATIONS;
use super::{JSON, PAGE, STYLE};

/// Adds them.
pub(super) fn paths(paths: PathsBuilder) -> PathsBuilder {
    let get = |operation: Operation| PathItem::new(HttpMethod::Get, operation);
    paths
        .path("/healthz", get(health()))
        .path("/readyz", get(ready()))
        .path("/metrics", get(text(
            "getMetrics",
            "What was counted",
            "Starts, checks, messages, calls and their times, in the text format of OpenMetrics. No address, no id and no \
             code is among them.",
            "application/openmetrics-text",
        )))
        .path(JSON, get(description()))
        .path(PAGE, get(text(
            "getDocs",
            "This description, as a page",
            "It loads nothing from anywhere else.",
            "text/html",
        )))
        .path(STYLE, get(text("getDocsStyle", "What the page looks like", "The page's style sheet.", "text/css")))
}

fn about(id: &str, summary: &str, description: &str) -> OperationBuilder {
    OperationBuilder::new().operation_id(Some(id)).tag(OPERATIONS).summary(Some(summary)).description(Some(description))
}

/// An object with a status of one word.
fn status(word: &str, description: &str) -> ResponseBuilder {
    let status = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([word]));
    let schema = ObjectBuilder::new()
        .property("status", status)
        .required("status")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    let content = ContentBuilder::new().schema(Some(schema)).example(Some(json!({ "status": word }))).build();
    named(ResponseBuilder::new().description(description)).content("application/json", content)
}

fn named(response: ResponseBuilder) -> ResponseBuilder {
    response.header_ref(REQUEST_ID, Ref::new(format!("#/components/headers/{REQUEST_ID}")))
}

fn ok(response: ResponseBuilder) -> ResponsesBuilder {
    ResponsesBuilder::new().response(StatusCode::OK.as_str(), response.build())
}

fn health() -> Operation {
    let operation = about("getHealth", "Whether it lives", "Answers as long as the process does.");
    operation.responses(ok(status("ok", "It lives.")).build()).build()
}

fn ready() -> Operation {
    let unavailable =
        super::answers::unavailable().header_ref(RETRY_AFTER, Ref::new(format!("#/components/headers/{RETRY_AFTER}")));
    let responses = ok(status("ready", "It can work."))
        .response(StatusCode::SERVICE_UNAVAILABLE.as_str(), named(unavailable).build());
    let operation = about("getReadiness", "Whether it can work", "Asks the store, once a second at most.");
    operation.responses(responses.build()).build()
}

fn text(id: &str, summary: &str, description: &str, media_type: &str) -> Operation {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let response = named(ResponseBuilder::new().description("A text.")).content(media_type, content);
    about(id, summary, description).responses(ok(response).build()).build()
}

fn description() -> Operation {
    let schema = ObjectBuilder::new().required("openapi").required("info").required("paths");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let response =
        named(ResponseBuilder::new().description("A document of OpenAPI 3.1.")).content("application/json", content);
    about("getDescription", "This description", "For programs.").responses(ok(response).build()).build()
}
