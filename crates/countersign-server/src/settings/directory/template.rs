use std::collections::BTreeMap;

use countersign::{Attachment, Parameter, ShortLinks, Template, TemplateSettings, UtmParameter};
use uuid::Uuid;

use crate::settings::reader::Section;

/// Reads the template of a channel; its keys are those of the Verify API.
pub(super) fn read(mut section: Section<'_>) -> Template {
    let template = Template {
        name: text(&mut section, "name"),
        project_id: section
            .get("projectId")
            .and_then(|item| Uuid::try_parse(item.text()?).map_err(|_| item.fault::<()>("not a UUID")).ok()),
        version: text(&mut section, "version"),
        locale: text(&mut section, "locale"),
        attachments: tables(&mut section, "attachments", |file| Attachment {
            media_url: text(file, "mediaUrl"),
            filename: text(file, "filename"),
            inline: flag(file, "inline"),
        }),
        short_links: section.section("shortLinks").map(|mut links| {
            let read = ShortLinks { enabled: flag(&mut links, "enabled"), domain: text(&mut links, "domain") };
            links.finish();
            read
        }),
        variables: section.section("variables").map(|variables| {
            let texts = variables.entries().filter_map(|(name, item)| Some((name.to_owned(), item.text()?.to_owned())));
            texts.collect::<BTreeMap<_, _>>()
        }),
        utm_parameters: tables(&mut section, "utmParameters", |parameter| UtmParameter {
            key: text(parameter, "key"),
            value: text(parameter, "value"),
        }),
        parameters: tables(&mut section, "parameters", |parameter| Parameter {
            kind: text(parameter, "type"),
            key: text(parameter, "key"),
            value: text(parameter, "value"),
        }),
        settings: section.section("settings").map(|mut settings| {
            let read = TemplateSettings { use_mm_lite: flag(&mut settings, "useMmLite") };
            settings.finish();
            read
        }),
    };
    section.finish();
    template
}

fn text(section: &mut Section<'_>, key: &'static str) -> Option<String> {
    section.get(key)?.text().map(ToOwned::to_owned)
}

fn flag(section: &mut Section<'_>, key: &'static str) -> Option<bool> {
    section.get(key)?.flag()
}

fn tables<T>(section: &mut Section<'_>, key: &'static str, read: impl Fn(&mut Section<'_>) -> T) -> Option<Vec<T>> {
    section.get(key)?.each(|item| {
        let mut table = item.section()?;
        let value = read(&mut table);
        table.finish();
        Some(value)
    })
}
