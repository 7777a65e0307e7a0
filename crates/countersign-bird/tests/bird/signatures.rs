//! Which deliveries are believed.

use std::time::Duration;

use countersign::{Timestamp, WebhookHead};
use countersign_bird::webhook::{BirdWebhook, SignatureError, SigningKeyError, SigningKeys};
use proptest::prelude::*;

use crate::signed::{SIGNED_AT, SIGNING_KEY, Signed, URL, keys, sign};

const SIGNATURE: &str = "messagebird-signature";
const TIME: &str = "messagebird-request-timestamp";

/// What those keys say of it.
fn verified(
    signed: &Signed,
    keys: &SigningKeys,
    now: Timestamp,
    max_age: Option<Duration>,
) -> Result<Timestamp, SignatureError> {
    let webhook = BirdWebhook::new(keys.clone(), signed.url.as_str()).with_max_age(max_age);
    signed.with_head(|head| webhook.verify(head, &signed.body, now))
}

fn believed(signed: &Signed) -> Result<Timestamp, SignatureError> {
    verified(signed, &keys(), SIGNED_AT, None)
}

#[test]
fn the_vector_is_believed() {
    let keys = SigningKeys::new("test-signing-key").unwrap();
    let body = br#"{"service":"channels","event":"sms.outbound","payload":{"id":"x","status":"delivered"}}"#;
    let headers: [(&str, &[u8]); 2] =
        [(SIGNATURE, b"DWWQdna9WylcFQ1RjSMpQ449SJ+WUSTiePXBfK+B+cA="), (TIME, b"1719823259")];
    let webhook = BirdWebhook::new(keys, "https://example.test/webhooks/bird").with_max_age(None);
    assert_eq!(
        webhook.verify(&WebhookHead::new("POST", &headers), body, SIGNED_AT),
        Ok(Timestamp::from_millis(1_719_823_259_000))
    );
}

#[test]
fn what_any_of_the_keys_signed_is_believed() {
    let both = SigningKeys::new("an-older-key-0123456789").unwrap().with_key(SIGNING_KEY).unwrap();
    for key in ["an-older-key-0123456789", SIGNING_KEY] {
        assert_eq!(verified(&Signed::by(key, "{}"), &both, SIGNED_AT, None), Ok(SIGNED_AT));
    }
    let other = Signed::by("another-key-0123456789", "{}");
    assert_eq!(verified(&other, &both, SIGNED_AT, None), Err(SignatureError::Wrong));
}

#[test]
fn a_header_that_is_not_there_once_is_refused() {
    for name in [SIGNATURE, TIME] {
        let mut without = Signed::new("{}");
        without.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        assert_eq!(believed(&without), Err(SignatureError::Missing));
        let mut twice = Signed::new("{}");
        let again = (name.to_uppercase(), twice.header(name));
        twice.headers.push(again);
        assert_eq!(believed(&twice), Err(SignatureError::Repeated));
    }
}

#[test]
fn a_signature_has_one_spelling() {
    let signed = Signed::new("{}");
    let right = String::from_utf8(signed.header(SIGNATURE)).unwrap();
    let url_safe = "-_".repeat(21) + "8=";
    let bits_left_over = right.replace(&right[42..], "//");
    for wrong in [
        "",
        "=",
        &right[..43],
        &format!(" {right}"),
        &format!("{right}\n"),
        &format!("{right},{right}"),
        &format!("v1,{right}"),
        &right.replace('=', "A"),
        &url_safe,
        &bits_left_over,
        &"A".repeat(100_000),
        "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ",
    ] {
        assert_eq!(believed(&signed.clone().with(SIGNATURE, wrong)), Err(SignatureError::Malformed), "{wrong:.60}");
    }
    assert_eq!(believed(&signed.with(SIGNATURE, vec![0xff; 44])), Err(SignatureError::Malformed));
}

#[test]
fn a_time_is_digits_alone_even_when_it_is_signed() {
    for time in
        ["", "+1767225600", "-1", " 1767225600", "1767225600 ", "0x10", "1e9", "1767225600.0", "1767225600123", "١٢٣"]
    {
        let signature = sign(SIGNING_KEY, time, URL, b"{}");
        let signed = Signed::new("{}").with(TIME, time).with(SIGNATURE, signature);
        assert_eq!(believed(&signed), Err(SignatureError::MalformedTime), "{time:?}");
    }
}

#[test]
fn an_age_limit_counts_in_both_directions() {
    let day = Duration::from_secs(24 * 60 * 60);
    let signed = Signed::new("{}");
    let at = |now: Timestamp| verified(&signed, &keys(), now, Some(day));
    let earlier = |by: Duration| Timestamp::from_millis(SIGNED_AT.as_millis() - by.as_millis() as u64);
    let moment = Duration::from_millis(1);
    assert_eq!(at(SIGNED_AT.saturating_add(day)), Ok(SIGNED_AT));
    assert_eq!(at(SIGNED_AT.saturating_add(day + moment)), Err(SignatureError::TooOld));
    assert_eq!(at(earlier(day)), Ok(SIGNED_AT));
    assert_eq!(at(earlier(day + moment)), Err(SignatureError::TooOld));
    assert_eq!(verified(&signed, &keys(), Timestamp::MAX, None), Ok(SIGNED_AT));
}

#[test]
fn a_signing_key_is_long_enough_and_shows_itself_to_nobody() {
    assert_eq!(SigningKeys::new("fifteen-letters").unwrap_err(), SigningKeyError::TooShort);
    let keys = (0..7).try_fold(keys(), |keys, number| keys.with_key(format!("another-signing-key-{number}"))).unwrap();
    assert_eq!(format!("{keys:?}"), "SigningKeys(8, redacted)");
    assert_eq!(keys.with_key(SIGNING_KEY).unwrap_err(), SigningKeyError::TooMany);
    let webhook = BirdWebhook::new(crate::signed::keys(), "https://codes.acme.example/?token=secret");
    let shown = Signed::new("{}").with_head(|head| format!("{webhook:?} {head:?}"));
    assert!(!shown.contains("secret") && !shown.contains(SIGNING_KEY), "{shown}");
}

proptest! {
    #[test]
    fn one_byte_changed_anywhere_is_refused(
        body in proptest::collection::vec(any::<u8>(), 1..200),
        place in any::<prop::sample::Index>(),
        part in 0..4,
        change in 1..=255_u8,
    ) {
        let signed = Signed::new(body);
        prop_assert_eq!(believed(&signed), Ok(SIGNED_AT));
        let mut spoiled = signed;
        let alter = |bytes: &mut Vec<u8>| { let at = place.index(bytes.len()); bytes[at] ^= change; };
        match part {
            0 => alter(&mut spoiled.body),
            1 => {
                let mut url = spoiled.url.into_bytes();
                alter(&mut url);
                spoiled.url = String::from_utf8_lossy(&url).into_owned();
            }
            _ => {
                let name = if part == 2 { SIGNATURE } else { TIME };
                let mut value = spoiled.header(name);
                alter(&mut value);
                spoiled = spoiled.with(name, value);
            }
        }
        prop_assert!(believed(&spoiled).is_err());
    }

    #[test]
    fn something_added_or_taken_away_is_refused(
        body in proptest::collection::vec(any::<u8>(), 0..200),
        tail in proptest::collection::vec(any::<u8>(), 1..5),
    ) {
        let signed = Signed::new([&body[..], &tail[..]].concat());
        let longer = [&signed.body[..], &tail[..]].concat();
        let with_body = |body: Vec<u8>| Signed { body, ..signed.clone() };
        let with_url = |url: String| Signed { url, ..signed.clone() };
        // What is parted by a line break cannot be moved across it either.
        for spoiled in [with_body(body), with_body(longer), with_url(format!("{URL}/")), with_url(format!("{URL}\n"))] {
            prop_assert!(believed(&spoiled).is_err());
        }
    }

    #[test]
    fn no_header_makes_it_panic_or_lets_it_in(
        signature in proptest::collection::vec(any::<u8>(), 0..60),
        time in proptest::collection::vec(any::<u8>(), 0..20),
    ) {
        let signed = Signed::new("{}").with(SIGNATURE, signature).with(TIME, time);
        prop_assert!(believed(&signed).is_err());
    }
}
