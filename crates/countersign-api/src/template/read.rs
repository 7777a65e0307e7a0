use countersign::{Attachment, Parameter, ShortLinks, Template, TemplateSettings, UtmParameter};
use uuid::Uuid;

use crate::invalid::InvalidRequest;
use crate::reading::Place;

const ADMITTED: &[&str] = &[
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

/// Reads a template that a client sends: its types are checked, that a project is a UUID, and that a version is a UUID or
/// `latest`.
pub(crate) fn read_sent(place: &Place<'_, '_>, faults: &mut InvalidRequest) -> Option<Template> {
    read(place, version, faults)
}

/// Reads a template that a service shows, whatever it calls its versions.
pub(super) fn read_shown(place: &Place<'_, '_>, faults: &mut InvalidRequest) -> Option<Template> {
    read(place, |text| Ok(text.to_owned()), faults)
}

fn read(
    place: &Place<'_, '_>,
    version: impl Fn(&str) -> Result<String, &'static str>,
    faults: &mut InvalidRequest,
) -> Option<Template> {
    let fields = place.object(ADMITTED, faults)?;
    let uuid = |text: &str| Uuid::try_parse(text).map_err(|_| "value must be a UUID");
    Some(Template {
        name: fields.text("name", faults),
        project_id: fields.parsed("projectId", uuid, faults),
        version: fields.parsed("version", version, faults),
        locale: fields.text("locale", faults),
        attachments: fields.list("attachments", attachment, faults),
        short_links: fields.get("shortLinks").and_then(|place| short_links(&place, faults)),
        variables: fields.get("variables").and_then(|place| place.map(faults)).map(|variables| {
            variables
                .all()
                .filter_map(|(name, value)| Some((name.to_owned(), value.text(faults)?.to_owned())))
                .collect()
        }),
        utm_parameters: fields.list("utmParameters", utm_parameter, faults),
        parameters: fields.list("parameters", parameter, faults),
        settings: fields.get("settings").and_then(|place| settings(&place, faults)),
    })
}

fn version(text: &str) -> Result<String, &'static str> {
    let named = text == "latest" || Uuid::try_parse(text).is_ok();
    if named { Ok(text.to_owned()) } else { Err("value must be a UUID, or latest") }
}

fn attachment(place: &Place<'_, '_>, faults: &mut InvalidRequest) -> Option<Attachment> {
    let fields = place.object(&["mediaUrl", "filename", "inline"], faults)?;
    Some(Attachment {
        media_url: fields.text("mediaUrl", faults),
        filename: fields.text("filename", faults),
        inline: fields.flag("inline", faults),
    })
}

fn short_links(place: &Place<'_, '_>, faults: &mut InvalidRequest) -> Option<ShortLinks> {
    let fields = place.object(&["enabled", "domain"], faults)?;
    Some(ShortLinks { enabled: fields.flag("enabled", faults), domain: fields.text("domain", faults) })
}

fn utm_parameter(place: &Place<'_, '_>, faults: &mut InvalidRequest) -> Option<UtmParameter> {
    let fields = place.object(&["key", "value"], faults)?;
    Some(UtmParameter { key: fields.text("key", faults), value: fields.text("value", faults) })
}

fn parameter(place: &Place<'_, '_>, faults: &mut InvalidRequest) -> Option<Parameter> {
    let fields = place.object(&["type", "key", "value"], faults)?;
    Some(Parameter {
        kind: fields.text("type", faults),
        key: fields.text("key", faults),
        value: fields.text("value", faults),
    })
}

fn settings(place: &Place<'_, '_>, faults: &mut InvalidRequest) -> Option<TemplateSettings> {
    let fields = place.object(&["useMmLite"], faults)?;
    Some(TemplateSettings { use_mm_lite: fields.flag("useMmLite", faults) })
}
