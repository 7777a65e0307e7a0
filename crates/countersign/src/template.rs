//! Templates of providers: carried through to them and shown back unchanged (contract, section 2).

use std::collections::BTreeMap;

use uuid::Uuid;

/// A message that a provider keeps, named in a step with what to fill in.
///
/// The engine interprets none of it and fetches nothing that it names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    /// The template's name at the provider.
    pub name: Option<String>,
    /// The provider's project that holds it.
    pub project_id: Option<Uuid>,
    /// A version of it, as UUID, or `latest`.
    pub version: Option<String>,
    /// The language to send it in; wins over the verification's.
    pub locale: Option<String>,
    /// Files that go with the message.
    pub attachments: Option<Vec<Attachment>>,
    /// Whether links are shortened, and under which domain.
    pub short_links: Option<ShortLinks>,
    /// Values by name; `default` among them.
    pub variables: Option<BTreeMap<String, String>>,
    /// Parameters for links in the message.
    pub utm_parameters: Option<Vec<UtmParameter>>,
    /// Typed values for the template's places.
    pub parameters: Option<Vec<Parameter>>,
    /// Settings of the platform.
    pub settings: Option<TemplateSettings>,
}

/// A file that goes with a templated message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attachment {
    /// Where the provider finds it.
    pub media_url: Option<String>,
    /// What it is called.
    pub filename: Option<String>,
    /// Whether it shows inside the message.
    pub inline: Option<bool>,
}

/// How links of a templated message are shortened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShortLinks {
    /// Whether they are.
    pub enabled: Option<bool>,
    /// The domain they then point to.
    pub domain: Option<String>,
}

/// A parameter that is added to links.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UtmParameter {
    /// Its name.
    pub key: Option<String>,
    /// Its value.
    pub value: Option<String>,
}

/// A typed value for a place of a template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameter {
    /// Its type, for instance `string`.
    pub kind: Option<String>,
    /// The place's name.
    pub key: Option<String>,
    /// What stands there.
    pub value: Option<String>,
}

/// Settings of a platform for a templated message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateSettings {
    /// Whether WhatsApp's marketing-message service is used.
    pub use_mm_lite: Option<bool>,
}
