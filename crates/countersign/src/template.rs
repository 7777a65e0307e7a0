//! Templates of providers: carried through to them and shown back unchanged (contract, section 2).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A message that a provider keeps, named in a step with what to fill in.
///
/// The engine interprets none of it and fetches nothing that it names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    /// The template's name at the provider.
    #[serde(default)]
    pub name: Option<String>,
    /// The provider's project that holds it.
    #[serde(default)]
    pub project_id: Option<Uuid>,
    /// A version of it, as UUID, or `latest`.
    #[serde(default)]
    pub version: Option<String>,
    /// The language to send it in; wins over the verification's.
    #[serde(default)]
    pub locale: Option<String>,
    /// Files that go with the message.
    #[serde(default)]
    pub attachments: Option<Vec<Attachment>>,
    /// Whether links are shortened, and under which domain.
    #[serde(default)]
    pub short_links: Option<ShortLinks>,
    /// Values by name; `default` among them.
    #[serde(default)]
    pub variables: Option<BTreeMap<String, String>>,
    /// Parameters for links in the message.
    #[serde(default)]
    pub utm_parameters: Option<Vec<UtmParameter>>,
    /// Typed values for the template's places.
    #[serde(default)]
    pub parameters: Option<Vec<Parameter>>,
    /// Settings of the platform.
    #[serde(default)]
    pub settings: Option<TemplateSettings>,
}

/// A file that goes with a templated message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attachment {
    /// Where the provider finds it.
    #[serde(default)]
    pub media_url: Option<String>,
    /// What it is called.
    #[serde(default)]
    pub filename: Option<String>,
    /// Whether it shows inside the message.
    #[serde(default)]
    pub inline: Option<bool>,
}

/// How links of a templated message are shortened.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShortLinks {
    /// Whether they are.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// The domain they then point to.
    #[serde(default)]
    pub domain: Option<String>,
}

/// A parameter that is added to links.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UtmParameter {
    /// Its name.
    #[serde(default)]
    pub key: Option<String>,
    /// Its value.
    #[serde(default)]
    pub value: Option<String>,
}

/// A typed value for a place of a template.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its type, for instance `string`.
    #[serde(rename = "type", default)]
    pub kind: Option<String>,
    /// The place's name.
    #[serde(default)]
    pub key: Option<String>,
    /// What stands there.
    #[serde(default)]
    pub value: Option<String>,
}

/// Settings of a platform for a templated message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplateSettings {
    /// Whether WhatsApp's marketing-message service is used.
    #[serde(default)]
    pub use_mm_lite: Option<bool>,
}
