use std::collections::BTreeMap;

use countersign::{Attachment, Parameter, ShortLinks, Template, TemplateSettings, UtmParameter};
use serde::Serialize;
use uuid::Uuid;

/// A template as Bird takes it: what is not there is left out, because Bird refuses fields of a type it does not
/// expect, `null` among them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TemplateBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    project_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<Vec<AttachmentBody<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_links: Option<ShortLinksBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variables: Option<&'a BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    utm_parameters: Option<Vec<UtmBody<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Vec<ParameterBody<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<SettingsBody>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AttachmentBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    media_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inline: Option<bool>,
}

#[derive(Serialize)]
struct ShortLinksBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<&'a str>,
}

#[derive(Serialize)]
struct UtmBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

#[derive(Serialize)]
struct ParameterBody<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SettingsBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    use_mm_lite: Option<bool>,
}

impl<'a> TemplateBody<'a> {
    /// The whole of it: a field that the core learns does not compile here until it is carried through.
    pub(super) fn of(template: &'a Template) -> Self {
        let Template {
            name,
            project_id,
            version,
            locale,
            attachments,
            short_links,
            variables,
            utm_parameters,
            parameters,
            settings,
        } = template;
        Self {
            name: name.as_deref(),
            project_id: *project_id,
            version: version.as_deref(),
            locale: locale.as_deref(),
            attachments: attachments.as_ref().map(|all| all.iter().map(attachment).collect()),
            short_links: short_links.as_ref().map(short_links_body),
            variables: variables.as_ref(),
            utm_parameters: utm_parameters.as_ref().map(|all| all.iter().map(utm).collect()),
            parameters: parameters.as_ref().map(|all| all.iter().map(parameter).collect()),
            settings: settings.as_ref().map(settings_body),
        }
    }
}

fn attachment(Attachment { media_url, filename, inline }: &Attachment) -> AttachmentBody<'_> {
    AttachmentBody { media_url: media_url.as_deref(), filename: filename.as_deref(), inline: *inline }
}

fn short_links_body(ShortLinks { enabled, domain }: &ShortLinks) -> ShortLinksBody<'_> {
    ShortLinksBody { enabled: *enabled, domain: domain.as_deref() }
}

fn utm(UtmParameter { key, value }: &UtmParameter) -> UtmBody<'_> {
    UtmBody { key: key.as_deref(), value: value.as_deref() }
}

fn parameter(Parameter { kind, key, value }: &Parameter) -> ParameterBody<'_> {
    ParameterBody { kind: kind.as_deref(), key: key.as_deref(), value: value.as_deref() }
}

const fn settings_body(TemplateSettings { use_mm_lite }: &TemplateSettings) -> SettingsBody {
    SettingsBody { use_mm_lite: *use_mm_lite }
}
