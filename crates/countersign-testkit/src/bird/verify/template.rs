//! Templates as the service reads and shows them.

use countersign::{Attachment, Parameter, ShortLinks, Template, TemplateSettings, UtmParameter};
use serde_json::{Map, Value, json};

const PROPERTIES: &[&str] = &[
    "name",
    "projectId",
    "version",
    "locale",
    "attachments",
    "shortLinks",
    "variables",
    "utmParameters",
    "parameters",
    "settings",
];

/// A template without what was not said.
pub(super) fn shown(template: &Template) -> Value {
    let attachments = template.attachments.as_ref().map(|all| {
        let shown = |Attachment { media_url, filename, inline }: &Attachment| {
            json!({ "mediaUrl": media_url, "filename": filename, "inline": inline })
        };
        all.iter().map(shown).collect::<Vec<_>>()
    });
    let utm_parameters = template.utm_parameters.as_ref().map(|all| {
        let shown = |UtmParameter { key, value }: &UtmParameter| json!({ "key": key, "value": value });
        all.iter().map(shown).collect::<Vec<_>>()
    });
    let parameters = template.parameters.as_ref().map(|all| {
        let shown = |Parameter { kind, key, value }: &Parameter| json!({ "type": kind, "key": key, "value": value });
        all.iter().map(shown).collect::<Vec<_>>()
    });
    let short_links = template.short_links.as_ref();
    let short_links = short_links.map(|links| json!({ "enabled": links.enabled, "domain": links.domain }));
    let settings = template.settings.as_ref().map(|settings| json!({ "useMmLite": settings.use_mm_lite }));
    let mut value = json!({
        "name": template.name,
        "projectId": template.project_id,
        "version": template.version,
        "locale": template.locale,
        "attachments": attachments,
        "shortLinks": short_links,
        "variables": template.variables,
        "utmParameters": utm_parameters,
        "parameters": parameters,
        "settings": settings,
    });
    leave_nulls_out(&mut value);
    value
}

fn leave_nulls_out(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(leave_nulls_out);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_nulls_out),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What somebody sent as a template, unless it is malformed.
pub(super) fn sent(value: &Value) -> Option<Template> {
    let fields = Fields::of(value, PROPERTIES)?;
    Some(Template {
        name: fields.text("name")?,
        project_id: fields.read("projectId", |id| id.as_str()?.parse().ok())?,
        version: fields.text("version")?,
        locale: fields.text("locale")?,
        attachments: fields.list("attachments", |value| {
            let fields = Fields::of(value, &["mediaUrl", "filename", "inline"])?;
            let inline = fields.flag("inline")?;
            Some(Attachment { media_url: fields.text("mediaUrl")?, filename: fields.text("filename")?, inline })
        })?,
        short_links: fields.read("shortLinks", |value| {
            let fields = Fields::of(value, &["enabled", "domain"])?;
            Some(ShortLinks { enabled: fields.flag("enabled")?, domain: fields.text("domain")? })
        })?,
        variables: fields.read("variables", |value| {
            let texts = value.as_object()?.iter();
            texts.map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
        })?,
        utm_parameters: fields.list("utmParameters", |value| {
            let fields = Fields::of(value, &["key", "value"])?;
            Some(UtmParameter { key: fields.text("key")?, value: fields.text("value")? })
        })?,
        parameters: fields.list("parameters", |value| {
            let fields = Fields::of(value, &["type", "key", "value"])?;
            Some(Parameter { kind: fields.text("type")?, key: fields.text("key")?, value: fields.text("value")? })
        })?,
        settings: fields.read("settings", |value| {
            let fields = Fields::of(value, &["useMmLite"])?;
            Some(TemplateSettings { use_mm_lite: fields.flag("useMmLite")? })
        })?,
    })
}

/// An object without unknown properties. Each reader gives none for a property of another type.
struct Fields<'v>(&'v Map<String, Value>);

impl<'v> Fields<'v> {
    fn of(value: &'v Value, admitted: &[&str]) -> Option<Self> {
        let fields = value.as_object()?;
        fields.keys().all(|name| admitted.contains(&name.as_str())).then_some(Self(fields))
    }

    fn read<T>(&self, name: &str, read: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
        match self.0.get(name).filter(|value| !value.is_null()) {
            Some(value) => read(value).map(Some),
            None => Some(None),
        }
    }

    fn text(&self, name: &str) -> Option<Option<String>> {
        self.read(name, |value| value.as_str().map(str::to_owned))
    }

    fn flag(&self, name: &str) -> Option<Option<bool>> {
        self.read(name, Value::as_bool)
    }

    fn list<T>(&self, name: &str, item: impl Fn(&Value) -> Option<T>) -> Option<Option<Vec<T>>> {
        self.read(name, |value| value.as_array()?.iter().map(&item).collect())
    }
}
