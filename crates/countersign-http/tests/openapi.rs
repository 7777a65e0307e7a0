//! The description of the API says what the code does.
#![cfg(feature = "openapi")]

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use countersign::store::Limit;
use countersign::{Channel, CodeLength, Engine, MaxAttempts, Plan, Platform, Recipient, RequestedStep, Timeout};
use countersign_api::{CheckRequest, ListQuery, Record, RecordPage, StartBody, StepBody};
use countersign_http::{AccessKeys, Config, openapi, router};
use countersign_testkit::fixtures::{channel, email, full_template, keyring, phone, records};
use countersign_testkit::{NaiveStore, ScriptedTransport, history};
use http_body_util::BodyExt as _;
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};
use tower::ServiceExt as _;

fn document() -> Value {
    json!(openapi())
}

/// What checks values against a schema of the document.
fn validator(document: &Value, schema: &Value) -> Validator {
    let whole = json!({ "allOf": [schema], "components": document["components"] });
    jsonschema::draft202012::options().should_validate_formats(true).build(&whole).unwrap()
}

fn named(name: &str) -> Validator {
    validator(&document(), &json!({ "$ref": format!("#/components/schemas/{name}") }))
}

fn assert_valid(validator: &Validator, value: &Value) {
    let faults: Vec<String> = validator.iter_errors(value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?} in {value}");
}

fn app() -> Router {
    let via = Channel::new(Platform::Sms, Arc::new(ScriptedTransport::new()));
    let engine = Engine::builder(Arc::new(NaiveStore::new()), keyring()).channel(channel(1), via).build().unwrap();
    router(engine, Config::new(AccessKeys::new()))
}

async fn asked(method: &str, path: &str) -> Response<Body> {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    app().oneshot(Request::builder().method(method).uri(path).body(Body::empty()).unwrap()).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn records_of_any_life_are_as_described(history in history::histories()) {
        let described = named("Verification");
        let ring = history::keyring();
        for verification in history.run(&ring).records() {
            assert_valid(&described, &json!(Record::new(verification, verification.updated_at())));
        }
    }

    #[test]
    fn records_with_every_template_are_as_described_and_pages_of_them_too(verification in records()) {
        let record = Record::new(&verification, verification.updated_at());
        assert_valid(&named("Verification"), &json!(record));
        let page = RecordPage { results: vec![record], next_page_token: Some("AbC-_1".to_owned()) };
        assert_valid(&named("VerificationPage"), &json!(page));
    }
}

/// A start with everything in it that there is to say.
fn full_start() -> Value {
    let step = RequestedStep::from(channel(2)).with_template(full_template());
    let request = countersign::StartRequest::new(Recipient::both(phone(), email())).step(step).step(channel(1));
    let request = request
        .max_attempts(MaxAttempts::MAX)
        .timeout(Timeout::MIN)
        .code_length(CodeLength::MAX)
        .locale("nl".parse().unwrap());
    json!(StartBody::try_from(request).unwrap())
}

/// The value with one place of it changed, in every way and at every place.
fn changed(value: &Value) -> Vec<Value> {
    let others =
        [json!(null), json!(7), json!(-1), json!(2.5), json!(true), json!("x"), json!([]), json!([null]), json!({})];
    let mut all: Vec<Value> = others.into_iter().collect();
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                for change in changed(inner) {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), change);
                    all.push(fields.into());
                }
                let mut fields = fields.clone();
                fields.remove(name);
                all.push(fields.into());
            }
            for more in [json!(null), json!("x"), json!(1)] {
                let mut fields = fields.clone();
                fields.insert("somethingElse".to_owned(), more);
                all.push(fields.into());
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                for change in changed(inner) {
                    let mut items = items.clone();
                    items[index] = change;
                    all.push(items.into());
                }
            }
            all.push(vec![items.first().cloned().unwrap_or_default(); Plan::MAX_STEPS + 1].into());
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all
}

fn assert_agree(schema: &str, body: &Value, reads: impl Fn(&[u8]) -> bool) {
    let described = named(schema);
    assert!(described.is_valid(body) && reads(body.to_string().as_bytes()), "{body}");
    for body in changed(body) {
        let read = reads(body.to_string().as_bytes());
        assert_eq!(described.is_valid(&body), read, "read: {read}, {body}");
    }
}

#[test]
fn the_reader_and_the_description_agree_on_every_changed_start() {
    assert_agree("StartRequest", &full_start(), |body| StartBody::from_json(body).is_ok());
    let mut by_navigator = full_start();
    by_navigator["steps"] = json!([{ "navigatorId": full_start()["steps"][0]["channelId"], "channelId": null }]);
    by_navigator["identifier"] = json!({ "phonenumber": null, "emailaddress": "ann@example.com" });
    assert_agree("StartRequest", &by_navigator, |body| StartBody::from_json(body).is_ok());
}

#[test]
fn the_reader_and_the_description_agree_on_every_changed_check_and_choice() {
    assert_agree("CheckRequest", &json!({ "code": "1234567" }), |body| CheckRequest::from_json(body).is_ok());
    assert_agree("StepChoice", &json!({ "stepIndex": 0 }), |body| StepBody::from_json(body).is_ok());
}

#[test]
fn bounds_and_defaults_are_those_of_the_types() {
    let document = document();
    let start = &document["components"]["schemas"]["StartRequest"]["properties"];
    let bounds = |schema: &Value| json!([schema["minimum"], schema["maximum"], schema["default"]]);
    let attempts = [MaxAttempts::MIN, MaxAttempts::MAX, MaxAttempts::default()].map(MaxAttempts::get);
    assert_eq!(bounds(&start["maxAttempts"]), json!(attempts));
    let timeouts = [Timeout::MIN, Timeout::MAX, Timeout::default()].map(Timeout::as_secs);
    assert_eq!(bounds(&start["timeout"]), json!(timeouts));
    let lengths = [CodeLength::MIN, CodeLength::MAX, CodeLength::default()].map(CodeLength::get);
    assert_eq!(bounds(&start["codeLength"]), json!(lengths));
    assert_eq!(start["steps"]["maxItems"], Plan::MAX_STEPS);
    let parameters = &document["paths"]["/workspaces/{workspaceId}/verify"]["get"]["parameters"];
    let of = |name: &str| parameters.as_array().unwrap().iter().find(|parameter| parameter["name"] == name).unwrap();
    let limits = [Limit::MIN, Limit::MAX, Limit::default()].map(Limit::get);
    assert_eq!(bounds(&of("limit")["schema"]), json!(limits));
    assert_eq!(of("pageToken")["schema"]["maxLength"], ListQuery::MAX_PAGE_TOKEN);
    assert_eq!(document["openapi"], "3.1.0");
}

/// All operations of the document, with path and method.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((path.clone(), method.to_uppercase(), operation.clone()));
        }
    }
    operations
}

#[test]
fn every_example_is_of_its_schema() {
    let document = document();
    let mut seen = 0;
    for (path, method, operation) in operations(&document) {
        let bodies = operation["responses"].as_object().unwrap().values().chain([&operation["requestBody"]]);
        for content in bodies.filter_map(|body| body["content"].as_object()).flat_map(|content| content.values()) {
            let described = validator(&document, &content["schema"]);
            let examples = content["examples"].as_object().into_iter().flat_map(|examples| examples.values());
            for example in examples.map(|example| &example["value"]).chain(content.get("example")) {
                assert!(described.is_valid(example), "{method} {path}: {example}");
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen} examples");
}

#[test]
fn every_route_of_the_router_is_described_and_no_other() {
    // Routes tell their paths to whoever prints the router.
    let told = format!("{:?}", app());
    let routes: BTreeSet<&str> = told.split('"').filter(|text| text.starts_with('/')).collect();
    let document = document();
    let described: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    // The fallback's own routes catch everything.
    let routes: BTreeSet<&str> = routes.into_iter().filter(|path| !path.contains("{*") && *path != "/").collect();
    assert_eq!(routes, described);
}

#[tokio::test]
async fn every_path_takes_the_methods_that_are_described_and_no_others() {
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        let mut described: BTreeSet<String> =
            item.as_object().unwrap().keys().map(|name| name.to_uppercase()).collect();
        if described.contains("GET") {
            described.insert("HEAD".to_owned());
        }
        let response = asked("PATCH", path).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let allowed = response.headers()["allow"].to_str().unwrap();
        assert_eq!(allowed.split(',').map(str::to_owned).collect::<BTreeSet<_>>(), described, "{path}");
    }
}

#[tokio::test]
async fn every_described_call_needs_a_key_and_nothing_else_does() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let status = asked(&method, &path).await.status();
        let keyed = operation.get("security").is_some();
        assert_eq!(status == StatusCode::UNAUTHORIZED, keyed, "{method} {path}: {status}");
        assert!(operation["responses"].get(status.as_str()).is_some(), "{method} {path}: {status}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|inner| references(inner, found));
            }
            Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn only_cancel_is_marked_as_an_addition() {
    let document = document();
    let marked: Vec<_> = operations(&document)
        .into_iter()
        .filter(|(_, _, operation)| operation["x-countersign-addition"] == true)
        .map(|(_, method, operation)| (method, operation["description"].as_str().unwrap().contains("addition")))
        .collect();
    assert_eq!(marked, [("DELETE".to_owned(), true)]);
}

#[tokio::test]
async fn the_document_is_served_as_it_is_generated() {
    let response = asked("GET", "/openapi.json").await;
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(serde_json::from_str::<Value>(&text(response).await).unwrap(), document());
}

#[tokio::test]
async fn the_page_shows_every_call_and_object_and_loads_nothing_from_elsewhere() {
    let response = asked("GET", "/docs").await;
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
    let page = text(response).await;
    let document = document();
    for (path, _, operation) in operations(&document) {
        assert!(page.contains(&format!("id=\"{}\"", operation["operationId"].as_str().unwrap())), "{path}");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("<article id=\"{name}\">")), "{name}");
    }
    let lower = page.to_lowercase();
    for word in ["<script", "style=", "src=", "url(", "href=\"http", "href=\"//", "onclick"] {
        assert!(!lower.contains(word), "{word}");
    }
    let targets = page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next());
    for target in targets {
        assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
    }
    let style = text(asked("GET", "/docs.css").await).await;
    assert!(!style.contains("url(") && !style.contains("@import"));
}
