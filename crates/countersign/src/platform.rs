//! Kinds of messages: what decides who can be reached, and whether failing over makes sense.

use std::fmt;
use std::sync::Arc;

use crate::address::{AddressKind, Recipient};

/// Over what a message travels; decided by the channel of a step (contract, section 1).
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
    /// What it is called, in logs and metrics: 1 to 32 lower-case letters, digits and hyphens.
    pub name: String,
    /// Which address of the recipient it sends to.
    pub sends_to: AddressKind,
    /// Whether a step on it may, must or must not bring a template.
    pub template: TemplateRule,
}

/// Whether the steps of a platform bring a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TemplateRule {
    /// A step without one is refused.
    Required,
    /// With or without.
    Optional,
    /// A step with one is refused.
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
    /// Most characters of a name.
    pub const MAX_NAME: usize = 32;

    /// Validates the name; an engine refuses a channel whose platform has an invalid one.
    ///
    /// # Errors
    /// [`PlatformNameError`].
    pub fn check_name(&self) -> Result<(), PlatformNameError> {
        let ours = [Platform::Sms, Platform::WhatsApp, Platform::Email];
        let of_letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if ours.iter().any(|platform| platform.name() == self.name) {
            Err(PlatformNameError::BuiltIn)
        } else if self.name.is_empty() || self.name.len() > Self::MAX_NAME || !self.name.chars().all(of_letters) {
            Err(PlatformNameError::Malformed)
        } else {
            Ok(())
        }
    }
}

impl Platform {
    /// Which address of the recipient a message goes to.
    #[must_use]
    pub fn sends_to(&self) -> AddressKind {
        match self {
            Self::Sms | Self::WhatsApp => AddressKind::Phone,
            Self::Email => AddressKind::Email,
            Self::Custom(custom) => custom.sends_to,
        }
    }

    /// Whether the recipient has the address that a message goes to.
    pub(crate) fn reaches(&self, recipient: &Recipient) -> bool {
        match self.sends_to() {
            AddressKind::Phone => recipient.phone_number().is_some(),
            AddressKind::Email => recipient.email_address().is_some(),
        }
    }

    /// Whether a step brings a template (contract, section 2).
    #[must_use]
    pub fn template_rule(&self) -> TemplateRule {
        match self {
            Self::Sms => TemplateRule::Forbidden,
            Self::WhatsApp => TemplateRule::Required,
            Self::Email => TemplateRule::Optional,
            Self::Custom(custom) => custom.template,
        }
    }

    /// The name for logs and metrics: `sms`, `whatsapp`, `email` or the custom name.
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
