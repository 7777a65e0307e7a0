//! A call: what it takes, what it answers, and a command line that makes it.

use std::fmt::Write as _;

use serde_json::Value;
use utoipa::openapi::content::Content;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::{RefOr, Required, Response};

use super::schema;
use super::text::{escaped, line, prose};

/// Writes an operation.
pub(super) fn write(path: &str, method: &str, operation: &Operation, page: &mut String) {
    let id = escaped(operation.operation_id.as_deref().unwrap_or_default());
    let summary = line(operation.summary.as_deref().unwrap_or_default());
    add!(page, "<article id=\"{id}\">\n<h3>{summary}</h3>\n");
    add!(page, "<p class=\"path\"><b class=\"{method}\">{method}</b> <code>{}</code></p>\n", escaped(path));
    page.push_str(&prose(operation.description.as_deref().unwrap_or_default()));
    let body = operation.request_body.as_ref().and_then(inline);
    let keyed = operation.security.as_ref().is_some_and(|ways| !ways.is_empty());
    let command = command(path, method, keyed, body);
    add!(page, "<pre>{}</pre>\n", escaped(&command));
    parameters(operation, page);
    if let Some(body) = body {
        let needed = if body.required == Some(Required::True) { "" } else { ", which may be left out" };
        let kind = json(&body.content).and_then(|content| content.schema.as_ref()).map(schema::kind);
        add!(page, "<h4>Body</h4>\n<p>{}{needed}</p>\n", kind.unwrap_or_default());
    }
    answers(operation, page);
    page.push_str("</article>\n");
}

fn parameters(operation: &Operation, page: &mut String) {
    let parameters: Vec<&Parameter> = operation.parameters.iter().flatten().filter_map(inline).collect();
    if parameters.is_empty() {
        return;
    }
    page.push_str(
        "<h4>Parameters</h4>\n<table>\n<thead><tr><th>Name</th><th>Type</th><th>Meaning</th></tr></thead>\n<tbody>\n",
    );
    for parameter in parameters {
        let place = match parameter.parameter_in {
            ParameterIn::Path => "in the path",
            ParameterIn::Query => "in the query",
            ParameterIn::Header => "a header",
            ParameterIn::Cookie | ParameterIn::QueryString => "",
        };
        let name = escaped(&parameter.name);
        let kind = parameter.schema.as_ref().map(schema::kind).unwrap_or_default();
        let meaning = line(parameter.description.as_deref().unwrap_or_default());
        add!(page, "<tr><td><code>{name}</code> <em>{place}</em></td><td>{kind}</td><td>{meaning}</td></tr>\n");
    }
    page.push_str("</tbody>\n</table>\n");
}

fn answers(operation: &Operation, page: &mut String) {
    page.push_str("<h4>Answers</h4>\n<dl>\n");
    for (status, response) in &operation.responses.responses {
        let Some(response) = inline(response) else { continue };
        let class = status.chars().next().unwrap_or_default();
        add!(page, "<dt class=\"s{class}\">{}</dt>\n<dd>\n", escaped(status));
        page.push_str(&prose(&response.description));
        if let Some(headers) = headers(response) {
            add!(page, "<p class=\"headers\">Headers: {headers}</p>\n");
        }
        for (media_type, content) in &response.content {
            if let Some(content) = inline(content) {
                body(media_type, content, page);
            }
        }
        page.push_str("</dd>\n");
    }
    page.push_str("</dl>\n");
}

/// The headers that are not on every answer.
fn headers(response: &Response) -> Option<String> {
    let always = [super::super::headers::REQUEST_ID, super::super::headers::CACHE_CONTROL];
    let names = response.headers.keys().filter(|name| !always.contains(&name.as_str()));
    let names: Vec<String> = names.map(|name| format!("<code>{}</code>", escaped(name))).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn body(media_type: &str, content: &Content, page: &mut String) {
    let named = content.schema.as_ref().filter(|schema| matches!(schema, RefOr::Ref(_)));
    if let Some(schema) = named {
        add!(page, "<p>{}</p>\n", schema::kind(schema));
    } else if media_type != "application/json" {
        add!(page, "<p><code>{}</code></p>\n", escaped(media_type));
    }
    let many = content.examples.values().filter_map(inline).filter_map(|example| example.value.as_ref());
    for example in content.example.iter().chain(many) {
        let code = example.get("code").and_then(Value::as_str).unwrap_or("Example");
        let text = serde_json::to_string_pretty(example).unwrap_or_default();
        add!(page, "<details><summary>{}</summary><pre>{}</pre></details>\n", escaped(code), escaped(&text));
    }
}

/// A line for the shell; its variables are told at the top of the page.
fn command(path: &str, method: &str, keyed: bool, body: Option<&RequestBody>) -> String {
    let path = path.replace("{workspaceId}", "$WORKSPACE").replace("{verificationId}", "$ID");
    let mut command = "curl".to_owned();
    if method != "GET" && !(method == "POST" && body.is_some()) {
        add!(command, " -X {method}");
    }
    if keyed {
        command.push_str(" -H \"Authorization: AccessKey $KEY\"");
    }
    if let Some(example) = body.and_then(|body| json(&body.content)?.example.as_ref()) {
        // The examples have no quote in them, which would end the argument.
        add!(command, " \\\n  -H 'Content-Type: application/json' -d '{example}'");
    }
    // Short lines stay in one piece.
    let gap = if keyed { " \\\n  " } else { " " };
    add!(command, "{gap}\"$URL{path}\"");
    command
}

fn json(content: &std::collections::BTreeMap<String, RefOr<Content>>) -> Option<&Content> {
    content.get("application/json").and_then(inline)
}

/// What is written where it is used, as everything of this description is but headers and objects.
fn inline<T>(value: &RefOr<T>) -> Option<&T> {
    match value {
        RefOr::T(value) => Some(value),
        RefOr::Ref(_) => None,
    }
}
