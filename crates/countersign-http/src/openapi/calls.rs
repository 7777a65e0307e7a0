//! The calls of the API, each as an operation of the document.

use countersign_api::{CheckRequest, ListQuery, StartBody, StepBody};
use serde_json::{Value, json};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::link::{Link, LinkBuilder};
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, Parameter, PathItem, PathsBuilder};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::response::{ResponseBuilder, ResponsesBuilder};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, Ref, Required};
use utoipa::{IntoParams as _, ToSchema};

use super::names::{ACCESS_KEY, BEARER, VERIFICATIONS};
use super::{answers, parameters};
use crate::call::{ALL, Call, ONE, VERIFICATION, WORKSPACE};

/// What a call is called, where it is, and what it does.
struct About {
    method: HttpMethod,
    path: String,
    id: &'static str,
    summary: &'static str,
    description: &'static str,
}

/// In the order in which they are met.
pub(super) const CALLS: [Call; 7] =
    [Call::Start, Call::Check, Call::Resend, Call::Failover, Call::Get, Call::List, Call::Cancel];

/// Adds the calls.
pub(super) fn paths(paths: PathsBuilder) -> PathsBuilder {
    CALLS.into_iter().fold(paths, |paths, call| {
        let about = about(call);
        let path = about.path.clone();
        paths.path(path, PathItem::new(about.method.clone(), operation(call, about)))
    })
}

fn about(call: Call) -> About {
    let (method, path, id, summary, description) = match call {
        Call::Start => (
            HttpMethod::Post,
            ALL.to_owned(),
            "startVerification",
            "Start a verification",
            "Draws a code and sends it over the first step. The answer says that it is accepted, not that it arrived. A \
             second start for the same person is a second verification, and the first one stays valid.",
        ),
        Call::Check => (
            HttpMethod::Post,
            ONE.to_owned(),
            "checkVerification",
            "Check a code",
            "Counts the check, and then says whether the code is right. The last wrong code ends the verification as \
             `failed`, the right one as `verified`, once. A code of the wrong form is refused with 422 and not counted.",
        ),
        Call::Resend => (
            HttpMethod::Post,
            format!("{ONE}/resend"),
            "resendVerification",
            "Send the code again",
            "Sends the same code once more, over the current step unless another is named. Nothing else changes: neither \
             when it expires, nor how many checks are left, nor which step is current.",
        ),
        Call::Failover => (
            HttpMethod::Post,
            format!("{ONE}/failover"),
            "failoverVerification",
            "Move to another step",
            "Makes another step the current one, the next unless one is named, and sends the code over it. A message that \
             fails moves to the next step by itself, if that is on another platform.",
        ),
        Call::Get => (
            HttpMethod::Get,
            ONE.to_owned(),
            "getVerification",
            "Look at a verification",
            "Gives the verification as it stands, for as long as the service keeps it after its end.",
        ),
        Call::List => (
            HttpMethod::Get,
            ALL.to_owned(),
            "listVerifications",
            "List verifications",
            "Gives the workspace's verifications, the newest first unless asked otherwise, a page at a time. Following the \
             page tokens neither repeats one nor leaves one out, whatever is started meanwhile.",
        ),
        Call::Cancel => (
            HttpMethod::Delete,
            ONE.to_owned(),
            "cancelVerification",
            "Cancel a verification",
            "Ends the verification as `canceled`: its code is good for nothing any more, and no message is sent. It can \
             still be looked at. This call is an addition of this service; others that speak this API may not have it.",
        ),
    };
    About { method, path, id, summary, description }
}

fn operation(call: Call, about: About) -> Operation {
    let operation = OperationBuilder::new()
        .operation_id(Some(about.id))
        .tag(VERIFICATIONS)
        .summary(Some(about.summary))
        .description(Some(about.description))
        .parameters(Some(parameters(call)))
        .request_body(body(call))
        .securities(Some([ACCESS_KEY, BEARER].map(|name| SecurityRequirement::new::<_, [&str; 0], _>(name, []))));
    let (status, success) = answers::success(call);
    let success =
        links(call).into_iter().fold(success, |success: ResponseBuilder, (name, link)| success.link(name, link));
    let responses = ResponsesBuilder::new().response(status.as_str(), success.build());
    let operation = operation.responses(answers::refusing(call, responses));
    let addition = (call == Call::Cancel).then(|| ExtensionsBuilder::new().add("x-countersign-addition", true).build());
    operation.extensions(addition).build()
}

fn parameters(call: Call) -> Vec<Parameter> {
    let workspace = parameters::id(WORKSPACE, "The workspace, which the key is for.");
    let verification = || parameters::id(VERIFICATION, "The verification's id, as its start gave it.");
    let (path, more) = match call {
        Call::Start => (vec![workspace], vec![parameters::idempotency_key()]),
        Call::Check | Call::Resend | Call::Failover => {
            (vec![workspace, verification()], vec![parameters::idempotency_key()])
        }
        Call::Get | Call::Cancel => (vec![workspace, verification()], Vec::new()),
        Call::List => (vec![workspace], ListQuery::into_params(|| None)),
    };
    path.into_iter().chain(more).chain([parameters::request_id()]).collect()
}

fn body(call: Call) -> Option<RequestBody> {
    match call {
        Call::Start => {
            let example = serde_json::from_str(include_str!("examples/start.json")).unwrap_or_default();
            Some(json_body(&StartBody::name(), Required::True, example))
        }
        Call::Check => Some(json_body(&CheckRequest::name(), Required::True, json!({ "code": "123456" }))),
        Call::Resend => Some(json_body(&StepBody::name(), Required::False, json!({}))),
        Call::Failover => Some(json_body(&StepBody::name(), Required::False, json!({ "stepIndex": 1 }))),
        Call::Get | Call::List | Call::Cancel => None,
    }
}

fn json_body(schema: &str, required: Required, example: Value) -> RequestBody {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).example(Some(example)).build();
    RequestBodyBuilder::new().content("application/json", content).required(Some(required)).build()
}

/// Where to go on with what a call gave.
fn links(call: Call) -> Vec<(&'static str, Link)> {
    let to = |id: &'static str, verification: &str, description: &str| {
        let link = LinkBuilder::new().operation_id(id).description(description);
        (id, link.parameter(WORKSPACE, "$request.path.workspaceId").parameter(VERIFICATION, verification).build())
    };
    let started = "$response.body#/id";
    match call {
        Call::Start => vec![
            to("checkVerification", started, "Check what the person typed."),
            to("resendVerification", started, "Send the code again."),
            to("failoverVerification", started, "Move to the next step."),
            to("getVerification", started, "Look at it."),
            to("cancelVerification", started, "Take it back."),
        ],
        Call::List => {
            vec![to("getVerification", "$response.body#/results/0/id", "Look at the first of them."), next_page()]
        }
        Call::Check | Call::Resend | Call::Failover | Call::Get | Call::Cancel => Vec::new(),
    }
}

fn next_page() -> (&'static str, Link) {
    let link = LinkBuilder::new()
        .operation_id("listVerifications")
        .description("The next page. Repeat the `reverse`, `startAt` and `endAt` of this one, if it had any.")
        .parameter(WORKSPACE, "$request.path.workspaceId")
        .parameter("pageToken", "$response.body#/nextPageToken");
    ("nextPage", link.build())
}
