//! Templates as the wire spells them, with what was not said absent.

use countersign::{Attachment, Parameter, ShortLinks, Template, TemplateSettings, UtmParameter};
use serde_json::{Map, Value};

pub(super) fn template(template: &Template) -> Map<String, Value> {
    let variables = |variables: &std::collections::BTreeMap<String, String>| {
        variables.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect::<Map<_, _>>()
    };
    properties([
        ("name", text(template.name.as_ref())),
        ("projectId", template.project_id.map(|id| id.to_string().into())),
        ("version", text(template.version.as_ref())),
        ("locale", text(template.locale.as_ref())),
        ("attachments", list(template.attachments.as_deref(), attachment)),
        ("shortLinks", template.short_links.as_ref().map(short_links)),
        ("variables", template.variables.as_ref().map(variables).map(Value::Object)),
        ("utmParameters", list(template.utm_parameters.as_deref(), utm_parameter)),
        ("parameters", list(template.parameters.as_deref(), parameter)),
        ("settings", template.settings.as_ref().map(settings)),
    ])
}

fn attachment(attachment: &Attachment) -> Value {
    let Attachment { media_url, filename, inline } = attachment;
    object([
        ("mediaUrl", text(media_url.as_ref())),
        ("filename", text(filename.as_ref())),
        ("inline", inline.map(Value::Bool)),
    ])
}

fn short_links(links: &ShortLinks) -> Value {
    let ShortLinks { enabled, domain } = links;
    object([("enabled", enabled.map(Value::Bool)), ("domain", text(domain.as_ref()))])
}

fn utm_parameter(parameter: &UtmParameter) -> Value {
    let UtmParameter { key, value } = parameter;
    object([("key", text(key.as_ref())), ("value", text(value.as_ref()))])
}

fn parameter(parameter: &Parameter) -> Value {
    let Parameter { kind, key, value } = parameter;
    object([("type", text(kind.as_ref())), ("key", text(key.as_ref())), ("value", text(value.as_ref()))])
}

fn settings(settings: &TemplateSettings) -> Value {
    let TemplateSettings { use_mm_lite } = settings;
    object([("useMmLite", use_mm_lite.map(Value::Bool))])
}

fn text(text: Option<&String>) -> Option<Value> {
    text.map(|text| text.as_str().into())
}

fn list<T>(items: Option<&[T]>, item: impl Fn(&T) -> Value) -> Option<Value> {
    items.map(|items| items.iter().map(item).collect())
}

fn object<const N: usize>(all: [(&str, Option<Value>); N]) -> Value {
    Value::Object(properties(all))
}

fn properties<const N: usize>(all: [(&str, Option<Value>); N]) -> Map<String, Value> {
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
