use countersign::{
    ChannelId, CodeLength, EmailAddress, Limits, Locale, MaxAttempts, NavigatorId, OutOfRange, PhoneNumber, Recipient,
    RequestedStep, StartRequest, StepIndex, SubmittedCode, Timeout,
};
use serde_json::{Map, Value};

use super::template;
use crate::bird::refusal::Refusal;
use crate::bird::schema::Schema;

const START: &[&str] = &["identifier", "steps", "locale", "maxAttempts", "timeout", "codeLength"];

/// What a start asks for.
pub(super) fn start(sent: &[u8]) -> Result<StartRequest, Refusal> {
    let mut schema = Schema::default();
    let request = json(sent, &mut schema).and_then(|sent| read_start(&sent, &mut schema));
    finish(schema, request)
}

/// The code that a check submits.
pub(super) fn code(sent: &[u8]) -> Result<SubmittedCode, Refusal> {
    let mut schema = Schema::default();
    let code = json(sent, &mut schema).and_then(|sent| {
        let code = schema.object(&sent, "", &["code"]).and_then(|fields| schema.required(fields, "", "code"))?;
        match code.as_str().map(SubmittedCode::parse) {
            Some(Ok(code)) => return Some(code),
            Some(Err(error)) => schema.faults.add(".code", error.to_string()),
            None => schema.faults.add(".code", "value must be a string"),
        }
        None
    });
    finish(schema, code)
}

/// The step that a resend or a failover names, if it does. An empty body is fine.
pub(super) fn step(sent: &[u8]) -> Result<Option<StepIndex>, Refusal> {
    if sent.is_empty() {
        return Ok(None);
    }
    let mut schema = Schema::default();
    let step = json(sent, &mut schema).and_then(|sent| {
        let index = schema.object(&sent, "", &["stepIndex"])?.get("stepIndex").unwrap_or(&Value::Null);
        let step = index.as_u64().and_then(|index| u8::try_from(index).ok()).map(StepIndex::new);
        if step.is_none() && !index.is_null() {
            schema.faults.add(".stepIndex", "value must be the index of a step");
        }
        Some(step)
    });
    finish(schema, step)
}

fn finish<T>(schema: Schema, value: Option<T>) -> Result<T, Refusal> {
    value.filter(|_| schema.faults.is_empty()).ok_or_else(|| Refusal::invalid(&schema.faults))
}

fn json(sent: &[u8], schema: &mut Schema) -> Option<Value> {
    let value = serde_json::from_slice(sent).ok();
    if value.is_none() {
        schema.faults.add("", "value must be JSON");
    }
    value
}

fn read_start(sent: &Value, schema: &mut Schema) -> Option<StartRequest> {
    let fields = schema.object(sent, "", START)?;
    let recipient = schema.required(fields, "", "identifier").and_then(|identifier| recipient(identifier, schema));
    let steps = steps(fields, schema);
    let mut limits = Limits::default();
    bounded(fields, "maxAttempts", MaxAttempts::new, &mut limits.max_attempts, schema);
    bounded(fields, "timeout", Timeout::from_secs, &mut limits.timeout, schema);
    bounded(fields, "codeLength", CodeLength::new, &mut limits.code_length, schema);
    let locale = text(fields, "", "locale", schema).map(Locale::parse);
    let mut request = steps.into_iter().fold(StartRequest::new(recipient?).limits(limits), StartRequest::step);
    match locale {
        None => {}
        Some(Ok(locale)) => request = request.locale(locale),
        Some(Err(error)) => schema.faults.add(".locale", error.to_string()),
    }
    Some(request)
}

fn recipient(identifier: &Value, schema: &mut Schema) -> Option<Recipient> {
    let fields = schema.object(identifier, ".identifier", &["phonenumber", "emailaddress"])?;
    let mut addressed = |name, fault: Option<String>| {
        if let Some(fault) = fault {
            schema.faults.add(&format!(".identifier.{name}"), fault);
        }
    };
    let phone = fields.get("phonenumber").and_then(Value::as_str).map(PhoneNumber::parse);
    let email = fields.get("emailaddress").and_then(Value::as_str).map(EmailAddress::parse);
    addressed("phonenumber", phone.as_ref().and_then(|phone| Some(phone.as_ref().err()?.to_string())));
    addressed("emailaddress", email.as_ref().and_then(|email| Some(email.as_ref().err()?.to_string())));
    match (phone, email) {
        (Some(Ok(phone)), Some(Ok(email))) => Some(Recipient::both(phone, email)),
        (Some(Ok(phone)), None) => Some(Recipient::phone(phone)),
        (None, Some(Ok(email))) => Some(Recipient::email(email)),
        (None, None) => {
            schema.faults.add(".identifier", "there must be at least 1 properties");
            None
        }
        (Some(_), Some(_)) | (Some(Err(_)), None) | (None, Some(Err(_))) => None,
    }
}

fn steps(fields: &Map<String, Value>, schema: &mut Schema) -> Vec<RequestedStep> {
    let Some(steps) = schema.required(fields, "", "steps") else { return Vec::new() };
    let Some(steps) = steps.as_array() else {
        schema.faults.add(".steps", "value must be an array");
        return Vec::new();
    };
    if steps.is_empty() {
        schema.faults.add(".steps", "minimum number of items is 1");
    }
    steps.iter().enumerate().filter_map(|(place, step)| requested(step, &format!(".steps[{place}]"), schema)).collect()
}

fn requested(step: &Value, path: &str, schema: &mut Schema) -> Option<RequestedStep> {
    let fields = schema.object(step, path, &["channelId", "navigatorId", "template"])?;
    let channel = text(fields, path, "channelId", schema).map(str::parse::<ChannelId>);
    let navigator = text(fields, path, "navigatorId", schema).map(str::parse::<NavigatorId>);
    let step: RequestedStep = match (channel, navigator) {
        (Some(Ok(channel)), None) => channel.into(),
        (None, Some(Ok(navigator))) => navigator.into(),
        (Some(Err(error)), None) => {
            schema.faults.add(&format!("{path}.channelId"), error.to_string());
            return None;
        }
        (None, Some(Err(error))) => {
            schema.faults.add(&format!("{path}.navigatorId"), error.to_string());
            return None;
        }
        (Some(_), Some(_)) | (None, None) => {
            schema.faults.add(path, "a step names either a channelId or a navigatorId");
            return None;
        }
    };
    let Some(template) = fields.get("template").filter(|template| !template.is_null()) else { return Some(step) };
    match template::sent(template) {
        Some(template) => Some(step.with_template(template)),
        None => {
            schema.faults.add(&format!("{path}.template"), "the template is malformed");
            None
        }
    }
}

/// A text, where there is one.
fn text<'v>(fields: &'v Map<String, Value>, path: &str, name: &str, schema: &mut Schema) -> Option<&'v str> {
    schema.text(fields, path, name);
    fields.get(name).and_then(Value::as_str)
}

/// A number within its bounds, where there is one.
fn bounded<N: TryFrom<u64>, T>(
    fields: &Map<String, Value>,
    name: &str,
    make: impl Fn(N) -> Result<T, OutOfRange>,
    place: &mut T,
    schema: &mut Schema,
) {
    let Some(value) = fields.get(name).filter(|value| !value.is_null()) else { return };
    let path = format!(".{name}");
    match value.as_u64().map(|number| N::try_from(number).map(&make)) {
        None => schema.faults.add(&path, "value must be an integer"),
        Some(Err(_)) => schema.faults.add(&path, "the number is out of its range"),
        Some(Ok(Err(error))) => schema.faults.add(&path, error.to_string()),
        Some(Ok(Ok(value))) => *place = value,
    }
}
