//! Templates of providers, which are carried as they are.

use serde::{Deserialize, Serialize};

use super::bytes::Bytes16;
use crate::template;

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Template<T> {
    name: Option<T>,                         // 0
    project_id: Option<Bytes16>,             // 1
    version: Option<T>,                      // 2
    locale: Option<T>,                       // 3
    attachments: Option<Vec<Attachment<T>>>, // 4
    short_links: Option<ShortLinks<T>>,      // 5
    variables: Option<Vec<(T, T)>>,          // 6: in the order of their names
    utm_parameters: Option<Vec<Pair<T>>>,    // 7
    parameters: Option<Vec<Parameter<T>>>,   // 8
    settings: Option<Settings>,              // 9
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Attachment<T> {
    media_url: Option<T>, // 0
    filename: Option<T>,  // 1
    inline: Option<bool>, // 2
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ShortLinks<T> {
    enabled: Option<bool>, // 0
    domain: Option<T>,     // 1
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Pair<T> {
    key: Option<T>,   // 0
    value: Option<T>, // 1
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Parameter<T> {
    kind: Option<T>,  // 0
    key: Option<T>,   // 1
    value: Option<T>, // 2
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Settings {
    use_mm_lite: Option<bool>, // 0
}

impl<'a, T: From<&'a str>> Template<T> {
    pub(super) fn of(live: &'a template::Template) -> Self {
        Self {
            name: text(&live.name),
            project_id: live.project_id.as_ref().map(Bytes16::from),
            version: text(&live.version),
            locale: text(&live.locale),
            attachments: each(&live.attachments, |live| Attachment {
                media_url: text(&live.media_url),
                filename: text(&live.filename),
                inline: live.inline,
            }),
            short_links: live
                .short_links
                .as_ref()
                .map(|live| ShortLinks { enabled: live.enabled, domain: text(&live.domain) }),
            variables: live
                .variables
                .as_ref()
                .map(|all| all.iter().map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect()),
            utm_parameters: each(&live.utm_parameters, |live| Pair { key: text(&live.key), value: text(&live.value) }),
            parameters: each(&live.parameters, |live| Parameter {
                kind: text(&live.kind),
                key: text(&live.key),
                value: text(&live.value),
            }),
            settings: live.settings.as_ref().map(|live| Settings { use_mm_lite: live.use_mm_lite }),
        }
    }
}

impl<T: AsRef<str>> Template<T> {
    pub(super) fn into_live(self) -> template::Template {
        template::Template {
            name: self.name.map(owned),
            project_id: self.project_id.map(Bytes16::uuid),
            version: self.version.map(owned),
            locale: self.locale.map(owned),
            attachments: self.attachments.map(|all| all.into_iter().map(Attachment::into_live).collect()),
            short_links: self
                .short_links
                .map(|it| template::ShortLinks { enabled: it.enabled, domain: it.domain.map(owned) }),
            variables: self
                .variables
                .map(|all| all.into_iter().map(|(name, value)| (owned(name), owned(value))).collect()),
            utm_parameters: self.utm_parameters.map(|all| all.into_iter().map(Pair::into_live).collect()),
            parameters: self.parameters.map(|all| all.into_iter().map(Parameter::into_live).collect()),
            settings: self.settings.map(|it| template::TemplateSettings { use_mm_lite: it.use_mm_lite }),
        }
    }
}

impl<T: AsRef<str>> Attachment<T> {
    fn into_live(self) -> template::Attachment {
        template::Attachment {
            media_url: self.media_url.map(owned),
            filename: self.filename.map(owned),
            inline: self.inline,
        }
    }
}

impl<T: AsRef<str>> Pair<T> {
    fn into_live(self) -> template::UtmParameter {
        template::UtmParameter { key: self.key.map(owned), value: self.value.map(owned) }
    }
}

impl<T: AsRef<str>> Parameter<T> {
    fn into_live(self) -> template::Parameter {
        template::Parameter { kind: self.kind.map(owned), key: self.key.map(owned), value: self.value.map(owned) }
    }
}

fn text<'a, T: From<&'a str>>(text: &'a Option<String>) -> Option<T> {
    text.as_deref().map(T::from)
}

fn each<'a, L, S>(all: &'a Option<Vec<L>>, one: impl Fn(&'a L) -> S) -> Option<Vec<S>> {
    all.as_ref().map(|all| all.iter().map(one).collect())
}

#[allow(clippy::needless_pass_by_value, reason = "it stands in for `Into`, which borrowed and owned text share")]
fn owned(text: impl AsRef<str>) -> String {
    text.as_ref().to_owned()
}
