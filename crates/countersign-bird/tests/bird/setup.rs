//! What a host may write, and what it is told.

use std::time::Duration;

use countersign_bird::{AccessKey, AccessKeyError, Bird, BirdBuilder, BirdSetupError};
use proptest::prelude::*;

use crate::test_client::KEY;

fn builder() -> BirdBuilder {
    Bird::builder(AccessKey::new(KEY).unwrap())
}

#[test]
fn a_key_alone_is_enough() {
    let bird = builder().build().unwrap();
    assert_eq!(format!("{bird:?}"), r#"Bird { base: "https://api.bird.com/", .. }"#);
}

#[test]
fn the_key_goes_in_the_clear_to_this_machine_only() {
    for url in [
        "http://127.0.0.1:8080",
        "http://127.8.9.1",
        "http://[::1]:1/path",
        "http://localhost",
        "https://bird.example/x",
    ] {
        assert!(builder().base_url(url).build().is_ok(), "{url}");
    }
    for url in
        ["http://api.bird.com", "http://10.0.0.1", "http://localhost.bird.example", "http://[::]", "http://0.0.0.0"]
    {
        assert_eq!(builder().base_url(url).build().unwrap_err(), BirdSetupError::InTheClear, "{url}");
    }
}

#[test]
fn a_base_url_is_scheme_host_port_and_path() {
    for url in [
        "",
        "api.bird.com",
        "ftp://api.bird.com",
        "https://user@api.bird.com",
        "https://user:secret@api.bird.com",
        "https://api.bird.com?x=1",
        "https://api.bird.com/#x",
        "data:,x",
        "file:///etc/passwd",
    ] {
        let error = builder().base_url(url).build().unwrap_err();
        assert_eq!(error, BirdSetupError::BaseUrl, "{url}");
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}

#[test]
fn times_and_rates_must_leave_room_for_a_call() {
    let seconds = Duration::from_secs;
    assert_eq!(builder().timeout(seconds(3)).build().unwrap_err(), BirdSetupError::Timeout);
    assert_eq!(builder().connect_timeout(seconds(0)).build().unwrap_err(), BirdSetupError::Timeout);
    assert!(builder().timeout(seconds(4)).build().is_ok());
    assert_eq!(builder().post_rate(0).build().unwrap_err(), BirdSetupError::Rate);
    assert_eq!(builder().get_rate(0).build().unwrap_err(), BirdSetupError::Rate);
    assert!(builder().get_rate(1).post_rate(u32::MAX).build().is_ok());
}

#[test]
fn a_root_certificate_is_a_certificate() {
    let empty_pem = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    for pem in ["", "no certificate", empty_pem] {
        assert!(builder().root_certificate(pem).build().is_err(), "{pem:?}");
    }
}

#[test]
fn a_key_is_what_a_header_can_hold() {
    assert_eq!(AccessKey::new("").unwrap_err(), AccessKeyError::Empty);
    assert_eq!(AccessKey::new("x".repeat(1025)).unwrap_err(), AccessKeyError::TooLong);
    for key in ["a b", "a\n", "\ta", "a\r\nx-evil: 1", "ключ", "a\0", "a\u{7f}"] {
        assert_eq!(AccessKey::new(key).unwrap_err(), AccessKeyError::Character, "{key:?}");
    }
}

#[test]
fn a_key_shows_itself_to_nobody() {
    let key = AccessKey::new(KEY).unwrap();
    let shown = format!("{key:?} {:?} {:?}", builder(), builder().build().unwrap());
    assert!(!shown.contains(KEY), "{shown}");
    assert!(shown.contains("AccessKey(redacted)"));
}

proptest! {
    #[test]
    fn a_key_is_taken_as_it_is_or_refused(text in any::<String>()) {
        let is_key = (1..=AccessKey::MAX_BYTES).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        prop_assert_eq!(AccessKey::new(text).is_ok(), is_key);
    }
}
