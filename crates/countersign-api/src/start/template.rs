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

/// A template as it was given; of what it says only the types are looked at, and that a project is named by UUID and a
/// version by UUID or as `latest`.
pub(super) fn read(place: &Place<'_, '_>, faults: &mut InvalidRequest) -> Option<Template> {
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
