//! The texts that a catalogue has.

use std::fmt;

/// A text of a catalogue: a message, or an attribute of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    Sms,
    SmsShort,
    SmsBare,
    EmailSubject,
    EmailSubjectWithCode,
    EmailPreheader,
    EmailHeading,
    EmailIntro,
    EmailExpiry,
    EmailSecrecy,
    EmailIgnore,
}

impl Slot {
    /// What a text message needs, longest first.
    pub(crate) const SMS: [Self; 3] = [Self::Sms, Self::SmsShort, Self::SmsBare];

    /// What an email needs, in the order of [`EmailWords`](super::EmailWords).
    pub(crate) const EMAIL: [Self; 8] = [
        Self::EmailSubject,
        Self::EmailSubjectWithCode,
        Self::EmailPreheader,
        Self::EmailHeading,
        Self::EmailIntro,
        Self::EmailExpiry,
        Self::EmailSecrecy,
        Self::EmailIgnore,
    ];

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::SMS.into_iter().chain(Self::EMAIL)
    }

    /// The message's id and, if it is not the message's own text, the attribute.
    pub(crate) const fn name(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Sms => ("sms", None),
            Self::SmsShort => ("sms", Some("short")),
            Self::SmsBare => ("sms", Some("bare")),
            Self::EmailSubject => ("email-subject", None),
            Self::EmailSubjectWithCode => ("email-subject-with-code", None),
            Self::EmailPreheader => ("email-preheader", None),
            Self::EmailHeading => ("email-heading", None),
            Self::EmailIntro => ("email-intro", None),
            Self::EmailExpiry => ("email-expiry", None),
            Self::EmailSecrecy => ("email-secrecy", None),
            Self::EmailIgnore => ("email-ignore", None),
        }
    }

    /// Whether the code belongs in it, exactly once; otherwise it must not be there.
    pub(crate) const fn holds_code(self) -> bool {
        match self {
            Self::Sms | Self::SmsShort | Self::SmsBare | Self::EmailSubjectWithCode => true,
            Self::EmailSubject
            | Self::EmailPreheader
            | Self::EmailHeading
            | Self::EmailIntro
            | Self::EmailExpiry
            | Self::EmailSecrecy
            | Self::EmailIgnore => false,
        }
    }

    /// Whether it is nothing without the brand, because no other text beside it names it.
    pub(crate) const fn needs_brand(self) -> bool {
        match self {
            Self::Sms | Self::SmsShort | Self::SmsBare => true,
            Self::EmailSubject
            | Self::EmailSubjectWithCode
            | Self::EmailPreheader
            | Self::EmailHeading
            | Self::EmailIntro
            | Self::EmailExpiry
            | Self::EmailSecrecy
            | Self::EmailIgnore => false,
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            (message, None) => f.write_str(message),
            (message, Some(attribute)) => write!(f, "{message}.{attribute}"),
        }
    }
}
