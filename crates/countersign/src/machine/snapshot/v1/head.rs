//! The parts of a record that never change after its start.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::live::Fault;
use crate::address::{EmailAddress, PhoneNumber};
use crate::code::CodeLength;

use crate::policy::{MaxAttempts, SendMode, Timeout};
use crate::{address, policy};

/// The number of a format, and no other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Format<const NUMBER: u8>;

impl<const NUMBER: u8> Serialize for Format<NUMBER> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(NUMBER)
    }
}

impl<'de, const NUMBER: u8> Deserialize<'de> for Format<NUMBER> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        if number == NUMBER {
            return Ok(Self);
        }
        Err(D::Error::custom(format_args!(
            "the record has format {number}, and this release reads format {NUMBER}: update this program"
        )))
    }
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Recipient<T> {
    Phone(u64),   // 0: the digits of the E.164 form, as one number
    Email(T),     // 1
    Both(u64, T), // 2
}

impl<'a, T: From<&'a str>> Recipient<T> {
    pub(super) fn of(live: &'a address::Recipient) -> Self {
        match (live.phone_number(), live.email_address()) {
            (Some(phone), Some(email)) => Self::Both(phone.digits(), email.as_str().into()),
            (Some(phone), None) => Self::Phone(phone.digits()),
            (None, email) => Self::Email(email.map(EmailAddress::as_str).unwrap_or_default().into()),
        }
    }
}

impl<T: AsRef<str>> Recipient<T> {
    pub(super) fn into_live(self) -> Result<address::Recipient, Fault> {
        let phone = |digits| PhoneNumber::from_stored(digits).ok_or("a phone number of too few or too many digits");
        let email = |text: &T| EmailAddress::from_stored(text.as_ref()).ok_or("a malformed email address");
        Ok(match self {
            Self::Phone(digits) => address::Recipient::phone(phone(digits)?),
            Self::Email(text) => address::Recipient::email(email(&text)?),
            Self::Both(digits, text) => address::Recipient::both(phone(digits)?, email(&text)?),
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Limits {
    max_attempts: u8, // 0
    timeout: u16,     // 1: seconds
    code_length: u8,  // 2
}

impl Limits {
    pub(super) const fn of(live: &policy::Limits) -> Self {
        Self {
            max_attempts: live.max_attempts.get(),
            timeout: live.timeout.as_secs(),
            code_length: live.code_length.get(),
        }
    }

    pub(super) fn into_live(self) -> Result<policy::Limits, Fault> {
        let out_of_range = |_| "limits that no start can ask for";
        Ok(policy::Limits {
            max_attempts: MaxAttempts::new(self.max_attempts).map_err(out_of_range)?,
            timeout: Timeout::from_secs(self.timeout).map_err(out_of_range)?,
            code_length: CodeLength::new(self.code_length).map_err(out_of_range)?,
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Policy {
    resend_cooldown: u32, // 0: milliseconds
    send_lease: u32,      // 1: milliseconds
    retry_delay: u32,     // 2: milliseconds
    patience: u32,        // 3: milliseconds
    message_cap: u8,      // 4
    unknown_retries: u8,  // 5
    sending: WhoSends,    // 6
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum WhoSends {
    Inline,   // 0
    Deferred, // 1
}

impl Policy {
    pub(super) const fn of(live: &policy::Policy) -> Self {
        Self {
            resend_cooldown: live.resend_cooldown,
            send_lease: live.send_lease,
            retry_delay: live.retry_delay,
            patience: live.patience,
            message_cap: live.message_cap,
            unknown_retries: live.unknown_retries,
            sending: match live.sending {
                SendMode::Inline => WhoSends::Inline,
                SendMode::Deferred => WhoSends::Deferred,
            },
        }
    }

    pub(super) fn into_live(self) -> Result<policy::Policy, Fault> {
        let live = policy::Policy {
            resend_cooldown: self.resend_cooldown,
            send_lease: self.send_lease,
            retry_delay: self.retry_delay,
            patience: self.patience,
            message_cap: self.message_cap,
            unknown_retries: self.unknown_retries,
            sending: match self.sending {
                WhoSends::Inline => SendMode::Inline,
                WhoSends::Deferred => SendMode::Deferred,
            },
        };
        if live.is_sound() { Ok(live) } else { Err("a policy that no host can set") }
    }
}
