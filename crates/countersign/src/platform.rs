//! The kinds of messages, which decide what address a step needs and whether an automatic failover makes sense.

use std::fmt;
use std::sync::Arc;

use crate::address::{AddressKind, Recipient};

/// The kind of message that a channel sends (contract, section 1).
///
/// When one message fails to arrive, another on the same platform likely will too: that is why failover by itself only
/// happens between different platforms.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// Text messages. The body is ours; a step brings no template.
    Sms,
    /// WhatsApp. A step must bring an approved template.
    WhatsApp,
    /// Email. A step may bring a template; ours is used when it does not.
    Email,
    /// A platform of the host's own: voice, push, Telegram …
    Custom(Arc<CustomPlatform>),
}

/// A platform that the host adds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomPlatform {
    name: String,
    address_kind: AddressKind,
    template_rule: TemplateRule,
}

/// The rule of a platform for templates of its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TemplateRule {
    /// A step without a template is rejected.
    Required,
    /// A step may have a template.
    Optional,
    /// A step with a template is rejected.
    Forbidden,
}

/// Why a custom platform cannot have its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlatformNameError {
    /// The name is that of a built-in platform.
    #[error("sms, whatsapp and email are built-in platforms: choose another name")]
    BuiltIn,
    /// The name is empty, too long, or has other characters.
    #[error("a platform's name has 1 to {max} lower-case letters, digits and hyphens, as in voice", max = CustomPlatform::MAX_NAME)]
    Malformed,
}

impl CustomPlatform {
    /// The maximum number of characters of a name.
    pub const MAX_NAME: usize = 32;

    /// Describes a platform: its name for logs and metrics, of 1 to 32 lower-case letters, digits and hyphens; which
    /// address of the recipient it sends to; and whether a step on it must, may or must not bring a template.
    ///
    /// # Errors
    /// [`PlatformNameError`] when the name is malformed, or one of ours.
    pub fn new(
        name: impl Into<String>,
        address_kind: AddressKind,
        template_rule: TemplateRule,
    ) -> Result<Self, PlatformNameError> {
        let name = name.into();
        let ours = [Platform::Sms, Platform::WhatsApp, Platform::Email];
        let of_letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if ours.iter().any(|platform| platform.name() == name) {
            Err(PlatformNameError::BuiltIn)
        } else if name.is_empty() || name.len() > Self::MAX_NAME || !name.chars().all(of_letters) {
            Err(PlatformNameError::Malformed)
        } else {
            Ok(Self { name, address_kind, template_rule })
        }
    }

    /// Returns the name for logs and metrics.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns which address of the recipient it sends to.
    #[must_use]
    pub const fn address_kind(&self) -> AddressKind {
        self.address_kind
    }

    /// Returns whether a step on it must, may or must not bring a template.
    #[must_use]
    pub const fn template_rule(&self) -> TemplateRule {
        self.template_rule
    }
}

impl From<CustomPlatform> for Platform {
    fn from(custom: CustomPlatform) -> Self {
        Self::Custom(Arc::new(custom))
    }
}

impl Platform {
    /// Returns the kind of address that it sends to.
    #[must_use]
    pub fn address_kind(&self) -> AddressKind {
        match self {
            Self::Sms | Self::WhatsApp => AddressKind::Phone,
            Self::Email => AddressKind::Email,
            Self::Custom(custom) => custom.address_kind,
        }
    }

    /// Returns whether the recipient has the address that a message goes to.
    pub(crate) fn reaches(&self, recipient: &Recipient) -> bool {
        match self.address_kind() {
            AddressKind::Phone => recipient.phone_number().is_some(),
            AddressKind::Email => recipient.email_address().is_some(),
        }
    }

    /// Returns the rule for templates of its steps (contract, section 2).
    #[must_use]
    pub fn template_rule(&self) -> TemplateRule {
        match self {
            Self::Sms => TemplateRule::Forbidden,
            Self::WhatsApp => TemplateRule::Required,
            Self::Email => TemplateRule::Optional,
            Self::Custom(custom) => custom.template_rule,
        }
    }

    /// Returns the name in logs and metrics: `sms`, `whatsapp`, `email` or the custom name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Sms => "sms",
            Self::WhatsApp => "whatsapp",
            Self::Email => "email",
            Self::Custom(custom) => &custom.name,
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Platform({})", self.name())
    }
}
