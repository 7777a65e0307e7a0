//! Values that tests need again and again, the same on every run.
//!
//! [`Started`] makes a record as it is after its start, [`Advance`] takes it further by the machine's own commands, and
//! [`arbitrary_record`] makes one that went through anything.

use std::collections::BTreeMap;
use std::time::Duration;

use countersign::{
    Attachment, ChannelId, EmailAddress, KeyId, KeySecret, Keyring, NavigatorId, Parameter, PhoneNumber, Platform,
    Route, ShortLinks, Step, Template, TemplateSettings, Timestamp, UtmParameter, WorkspaceId,
};
use uuid::Uuid;

mod advance;
mod arbitrary;
mod started;

pub use advance::Advance;
pub(crate) use advance::{right_code, wrong_code};
pub use arbitrary::{Walk, arbitrary_record, records};
pub use started::Started;

/// When tests begin: 2026-01-01T00:00:00.000Z.
pub const EPOCH: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// So many seconds after [`EPOCH`].
#[must_use]
pub fn at(seconds: u64) -> Timestamp {
    EPOCH.saturating_add(Duration::from_secs(seconds))
}

/// A workspace of that number.
#[must_use]
pub const fn workspace(number: u64) -> WorkspaceId {
    WorkspaceId::new(Uuid::from_u64_pair(0x0a0a_0a0a_0000_4000, 0x8000_0000_0000_0000 | number))
}

/// A channel of that number.
#[must_use]
pub const fn channel(number: u64) -> ChannelId {
    ChannelId::new(Uuid::from_u64_pair(0x0b0b_0b0b_0000_4000, 0x8000_0000_0000_0000 | number))
}

/// A navigator of that number.
#[must_use]
pub const fn navigator(number: u64) -> NavigatorId {
    NavigatorId::new(Uuid::from_u64_pair(0x0c0c_0c0c_0000_4000, 0x8000_0000_0000_0000 | number))
}

/// The one key of [`keyring`]: 32 bytes that stand out in a log.
#[must_use]
pub fn secret() -> Vec<u8> {
    (0..KeySecret::MIN_BYTES).map(|byte| (byte * 37 + 11) as u8).collect()
}

/// A ring of one fixed key, with the id 1.
///
/// # Panics
/// Never: the secret is long enough.
#[must_use]
pub fn keyring() -> Keyring {
    Keyring::new(KeyId::new(1), KeySecret::from_bytes(&secret()).expect("32 different bytes are a secret"))
}

/// A Dutch mobile number.
#[must_use]
pub fn phone() -> PhoneNumber {
    phone_number(2_345_678)
}

/// A Dutch mobile number for each number below ten million; larger ones wrap around.
#[must_use]
pub fn phone_number(number: u64) -> PhoneNumber {
    PhoneNumber::parse(&format!("+3161{:07}", number % 10_000_000)).expect("Dutch mobile numbers begin with 6")
}

/// Two numbers whose keys in workspace 1 have one tag: their verifications live in one partition of a store.
#[must_use]
pub fn phones_of_one_tag() -> [PhoneNumber; 2] {
    let ring = keyring();
    let mut by_tag = BTreeMap::new();
    let mut numbers = (0..).map(phone_number);
    loop {
        let phone = numbers.next().expect("numbers do not end");
        let tag = ring.recipient_key(workspace(1), &phone.into()).tag();
        if let Some(other) = by_tag.insert(tag, phone) {
            return [other, phone];
        }
    }
}

/// An email address.
#[must_use]
pub fn email() -> EmailAddress {
    email_address(0)
}

/// An email address for each number.
#[must_use]
pub fn email_address(number: u64) -> EmailAddress {
    EmailAddress::parse(&format!("person{number}@example.com")).expect("an ordinary email address")
}

/// A step over channel 1, by text message.
#[must_use]
pub const fn sms() -> Step {
    Step::new(Route::Channel(channel(1)), Platform::Sms)
}

/// A step over channel 2, by WhatsApp, with a template.
#[must_use]
pub fn whatsapp() -> Step {
    Step::new(Route::Channel(channel(2)), Platform::WhatsApp).with_template(full_template())
}

/// A step over channel 3, by email.
#[must_use]
pub const fn mail() -> Step {
    Step::new(Route::Channel(channel(3)), Platform::Email)
}

/// A template with every field filled.
#[must_use]
pub fn full_template() -> Template {
    let text = |text: &str| Some(text.to_owned());
    let variables = [("default", "nl"), ("näme", "Zoë \u{1f511}"), ("empty", "")];
    Template {
        name: text("one time code"),
        project_id: Some(Uuid::from_u64_pair(0x0d0d_0d0d_0000_4000, 0x8000_0000_0000_0001)),
        version: text("latest"),
        locale: text("nl-NL"),
        attachments: Some(vec![
            Attachment { media_url: text("https://example.com/a.png"), filename: text("a.png"), inline: Some(true) },
            Attachment::default(),
        ]),
        short_links: Some(ShortLinks { enabled: Some(false), domain: text("s.example.com") }),
        variables: Some(
            variables.map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter().collect::<BTreeMap<_, _>>(),
        ),
        utm_parameters: Some(vec![UtmParameter { key: text("utm_source"), value: text("otp") }]),
        parameters: Some(vec![Parameter { kind: text("string"), key: text("1"), value: text("\"quoted\"\n") }]),
        settings: Some(TemplateSettings { use_mm_lite: Some(true) }),
    }
}
