//! What Bird costs besides the network: writing a message's request, reading the answer, and believing a webhook, which
//! stands beside its bare cryptography.
//!
//! `cargo bench -p countersign-benches --bench bird`; with `-- --test` it runs everything once, small.
#![allow(missing_docs, clippy::expect_used, clippy::print_stdout)]

use std::hint::black_box;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::{
    Brand, CodeLength, Dispatch, Identity, Limits, Locale, Step, Webhook as _, WebhookHead, WorkspaceId,
};
use countersign_benches::rounds::{beside, time};
use countersign_bird::webhook::{BirdWebhook, SigningKeys};
use countersign_bird::{AcceptedMessage, AccessKey, Bird, BirdTransport};
use countersign_messages::Messages;
use countersign_testkit::fixtures::{self, EPOCH, Started, keyring};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

const KEY: &str = "whs-0123456789abcdef";
const URL: &str = "https://codes.acme.example/webhooks/bird?tenant=7";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Clone, Copy)]
struct Size {
    rounds: usize,
    operations: usize,
}

fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    let size = if test { Size { rounds: 1, operations: 100 } } else { Size { rounds: 31, operations: 20_000 } };
    println!("{:<44} {:>10} {:>10} {:>8}   goal", "operation", "ours", "floor", "ratio");
    requests(size);
    answers(size);
    webhooks(size);
}

/// A row without a floor: what one operation takes.
fn row(size: Size, name: &str, mut operation: impl FnMut()) {
    let ours = |operations: usize| time(|| (0..operations).for_each(|_| operation()));
    let measured = beside(size.rounds, size.operations, || (), ours);
    println!("{name:<44} {:>7.2} us {:>10} {:>8}   <= 10 us", measured.ours / 1e3, "", "");
}

fn transport() -> BirdTransport {
    let bird = Bird::builder(AccessKey::new("MfKey_0123-abcdef").expect("a key")).build().expect("a client");
    let messages = Messages::new(Brand::parse("Acme").expect("a brand")).expect("all catalogues");
    bird.transport(WorkspaceId::new(fixtures::workspace(1).as_uuid().to_owned()), messages)
}

/// A message of that step in that language, with the longest code.
fn dispatch(step: Step, language: &str) -> Dispatch {
    let limits = Limits { code_length: CodeLength::MAX, ..Limits::default() };
    let locale = Locale::parse(language).expect("a language tag");
    let recipient = (fixtures::phone(), fixtures::email());
    let record = Started::new(1).recipient(recipient).locale(locale).limits(limits).steps(vec![step]).record();
    Dispatch::new(&record, 0, &keyring(), EPOCH, &Identity::default()).expect("an attempt")
}

fn requests(size: Size) {
    let transport = transport();
    for (name, step, language) in [
        ("request of a text message", fixtures::sms(), "nl"),
        ("request of a text message in UCS-2", fixtures::sms(), "ar"),
        ("request of an email", fixtures::mail(), "nl"),
        ("request of a full template", fixtures::whatsapp(), "nl"),
    ] {
        let dispatch = dispatch(step, language);
        let request = transport.request(&dispatch).expect("a channel can send it");
        let name = format!("{name}, {} B", request.body.len());
        row(size, &name, || _ = black_box(transport.request(black_box(&dispatch))));
    }
}

/// The answer to a text message as Bird writes it: with the message in it.
fn answers(size: Size) {
    let accepted = include_bytes!("../../crates/countersign-bird/tests/fixtures/accepted.json");
    assert!(AcceptedMessage::parse(accepted).message_id.is_some(), "it can be read");
    row(size, &format!("reading an answer, {} B", accepted.len()), || {
        _ = black_box(AcceptedMessage::parse(black_box(accepted)));
    });
}

fn webhooks(size: Size) {
    let body = webhook();
    let prepared = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).expect("HMAC takes keys of every length");
    let time_signed = (EPOCH.as_millis() / 1000).to_string();
    let mac = || {
        let mut mac = prepared.clone();
        for part in [time_signed.as_bytes(), b"\n", URL.as_bytes(), b"\n", &Sha256::digest(black_box(&body))] {
            mac.update(part);
        }
        mac.finalize().into_bytes()
    };
    let signature = STANDARD.encode(mac());
    // As a server behind a proxy gets them.
    let headers: [(&str, &[u8]); 9] = [
        ("host", b"codes.acme.example"),
        ("user-agent", b"Bird-Webhooks"),
        ("content-type", b"application/json"),
        ("content-length", b"1024"),
        ("x-forwarded-for", b"192.0.2.7"),
        ("x-forwarded-proto", b"https"),
        ("messagebird-signature", signature.as_bytes()),
        ("messagebird-request-timestamp", time_signed.as_bytes()),
        ("messagebird-request-id", b"0199a6c0-0000-7000-8000-000000000001"),
    ];
    let keys = SigningKeys::new(KEY).expect("long enough");
    let two_keys =
        SigningKeys::new("an-older-key-0123456789").and_then(|keys| keys.with_key(KEY)).expect("long enough");
    let head = || WebhookHead::new("POST", black_box(&headers));
    let [one, two] = [keys, two_keys].map(|keys| BirdWebhook::new(keys, URL).with_max_age(Some(DAY)));
    for (name, webhook, goal) in
        [("verifying a webhook of 1 KiB", &one, "<= 3"), ("the same while a key is replaced", &two, "<= 3")]
    {
        let verify = || webhook.verify(&head(), black_box(&body), EPOCH);
        verify().expect("it is genuine");
        let ours = |operations: usize| time(|| (0..operations).for_each(|_| _ = black_box(verify())));
        floored(size, name, &mac, ours, goal);
    }
    let read = || one.read(&head(), black_box(&body), EPOCH);
    assert_eq!(read().expect("it is genuine").len(), 1, "it reports something");
    let ours = |operations: usize| time(|| (0..operations).for_each(|_| drop(black_box(read()))));
    floored(size, "reading it: verified and parsed", &mac, ours, "(no goal)");
}

fn floored<T>(size: Size, name: &str, floor: &impl Fn() -> T, ours: impl FnMut(usize) -> Duration, goal: &str) {
    let measured = beside(size.rounds, size.operations, || _ = black_box(floor()), ours);
    println!("{name:<44} {:>7.0} ns {:>7.0} ns {:>8.2}   {goal}", measured.ours, measured.floor, measured.ratio);
}

/// A delivery of 1 KiB: Bird's form, and a field that fills it.
fn webhook() -> Vec<u8> {
    let of_size = |fill: usize| {
        let body = include_str!("../../crates/countersign-bird/tests/fixtures/sms-outbound.json");
        body.replacen("\"payload\": {", &format!("\"payload\": {{ \"text\": \"{}\",", "x".repeat(fill)), 1).into_bytes()
    };
    let empty = of_size(0).len();
    let body = of_size(1024_usize.checked_sub(empty).expect("the fixture is shorter than that"));
    assert_eq!(body.len(), 1024, "one KiB");
    body
}
