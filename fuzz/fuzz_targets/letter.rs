//! Whatever is written for a recipient, a sender, a brand and a language is refused, or makes an email with the headers
//! that every one has, and no others.
//!
//! The input: recipient, sender's address, sender's name, brand and locale, parted by tabs.

#![no_main]

use std::sync::LazyLock;

use countersign::{
    Brand, ChannelId, Dispatch, EmailAddress, Entropy, EntropyError, HostData, Identity, KeyId, Keyring, Limits,
    Locale, Mailbox, Plan, Platform, Policy, Recipient, Route, Sender, SenderName, Start, Step, Timestamp,
    Verification, WorkspaceId,
};
use countersign_messages::Messages;
use countersign_smtp::{ComposeError, Letter};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

const HEADERS: [&str; 9] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
];

static MESSAGES: LazyLock<Messages> = LazyLock::new(|| {
    let brand = Brand::parse("Acme").expect("a brand");
    Messages::new(brand).expect("the catalogues that are shipped")
});

static KEYRING: LazyLock<Keyring> = LazyLock::new(|| {
    let secret: Vec<u8> = (0_u8..32).map(|place| place.wrapping_mul(151).wrapping_add(89)).collect();
    Keyring::new(KeyId::new(1), countersign::KeySecret::from_bytes(&secret).expect("32 different bytes"))
});

#[derive(Debug)]
struct Zeros;

impl Entropy for Zeros {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(0);
        Ok(())
    }
}

fuzz_target!(|text: &str| {
    let mut fields = text.split('\t');
    let mut field = || fields.next().unwrap_or_default();
    let (recipient, address, name, brand, locale) = (field(), field(), field(), field(), field());
    let Ok(recipient) = EmailAddress::parse(recipient) else { return };
    let Ok(address) = EmailAddress::parse(address) else { return };
    let sender = match SenderName::parse(name) {
        Ok(name) => Mailbox::new(address).with_name(name),
        Err(_) => Mailbox::new(address),
    };
    let record = start(recipient.into(), Locale::parse(locale).unwrap_or_default());
    let identity = Identity { sender: Some(Sender::Mailbox(sender.clone())), brand: Brand::parse(brand).ok() };
    let dispatch = Dispatch::new(&record, 0, &KEYRING, record.created_at(), &identity).expect("the ring has the key");
    match Letter::compose(&dispatch, &MESSAGES, None) {
        Ok(letter) => assert_sound(&letter),
        Err(ComposeError::SenderDomainTooLong) => {
            assert!(sender.address().domain().len() > Letter::MAX_SENDER_DOMAIN, "there was room");
        }
        Err(error) => panic!("what our types let through makes a letter: {error}"),
    }
});

fn start(recipient: Recipient, locale: Locale) -> Verification {
    let step = Step::new(Route::Channel(ChannelId::new(Uuid::from_u128(1))), Platform::Email);
    let plan = Plan::new(vec![step], &recipient).expect("an email address can be sent to");
    let workspace = WorkspaceId::new(Uuid::from_u128(2));
    let start = Start {
        workspace,
        recipient,
        plan,
        locale,
        limits: Limits::default(),
        policy: Policy::default(),
        host_data: HostData::default(),
    };
    let now = Timestamp::from_millis(1_767_225_600_000);
    Verification::start(start, &KEYRING, &Zeros, now).expect("zeros are enough").next
}

fn assert_sound(letter: &Letter) {
    let text = std::str::from_utf8(letter.as_bytes()).expect("ASCII is UTF-8");
    assert!(text.is_ascii(), "eight bits");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']), "a bare line end");
    assert!(text.split("\r\n").all(|line| line.len() <= 998), "a line that is too long");
    let (header, _) = text.split_once("\r\n\r\n").expect("an empty line after the header");
    let lines = header.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    let names: Vec<_> = lines.map(|line| line.split_once(": ").expect("a header has a name").0).collect();
    assert_eq!(names, HEADERS);
    let id = letter.message_id().to_string();
    let boundary = format!("--=_{}", id.split('@').next().expect("a reference"));
    assert_eq!(text.split("\r\n").filter(|line| line.starts_with(&boundary)).count(), 3, "two parts and an end");
    assert_eq!(header.matches(&format!("Message-ID: <{id}>\r\n")).count(), 1, "the message id is in one line");
}
