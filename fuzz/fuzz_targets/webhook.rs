//! Whatever is posted to a webhook is refused, unless it is signed for its time, URL and body; and what is signed
//! reports at most one message, in words that hold no address and no code.
//!
//! The input: signature, time and URL, each on a line of its own, and the body behind them.

#![no_main]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::{Report, ReportedStatus, Timestamp, Webhook as _, WebhookError, WebhookHead};
use countersign_bird::webhook::{BirdWebhook, Notification, SigningKeys};
use hmac::{Hmac, KeyInit, Mac};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

const KEY: &str = "whs-0123456789abcdef";
const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

static KEYS: LazyLock<SigningKeys> = LazyLock::new(|| {
    let keys = SigningKeys::new("an-older-key-0123456789").and_then(|keys| keys.with_key(KEY));
    keys.expect("two keys that are long enough")
});

fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(4, |byte| *byte == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let (signature, time, url, body) = (part(), part(), String::from_utf8_lossy(part()), part());
    let right = sign(time, &url, body);
    if signature != right.as_bytes() {
        let forged = post(signature, time, &url, body);
        assert!(matches!(forged, Err(WebhookError::NotAuthentic(_))), "it was not signed: {forged:?}");
    }
    let read = post(right.as_bytes(), time, &url, body);
    let digits = time.iter().all(u8::is_ascii_digit);
    match read {
        Ok(reports) => {
            assert!(digits, "a time that is not digits alone");
            let parsed = Notification::parse(body).expect("it was taken");
            assert_eq!(reports, parsed.report().cloned().into_iter().collect::<Vec<_>>());
            reports.iter().for_each(assert_tells_no_secrets);
        }
        Err(WebhookError::Malformed(_)) => assert!(digits && Notification::parse(body).is_err()),
        Err(WebhookError::NotAuthentic(_)) => {}
        Err(other) => panic!("there is no reason for {other}"),
    }
    // Another line end in the URL would make another URL of the same signed text.
    let elsewhere = post(right.as_bytes(), time, &format!("{url}\n"), body);
    assert!(matches!(elsewhere, Err(WebhookError::NotAuthentic(_))), "{elsewhere:?}");
});

/// Reads a delivery. A head that is refused alone is refused with its body.
fn post(signature: &[u8], time: &[u8], url: &str, body: &[u8]) -> Result<Vec<Report>, WebhookError> {
    let headers = [("messagebird-signature", signature), ("messagebird-request-timestamp", time)];
    let (webhook, head) = (BirdWebhook::new(KEYS.clone(), url), WebhookHead::new("POST", &headers));
    let read = webhook.read(&head, body, NOW);
    assert!(webhook.judge(&head).is_ok() || read.is_err(), "{read:?}");
    read
}

fn sign(time: &[u8], url: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).expect("HMAC takes every key");
    for part in [time, b"\n", url.as_bytes(), b"\n", &Sha256::digest(body)] {
        mac.update(part);
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

fn assert_tells_no_secrets(report: &Report) {
    let (ReportedStatus::SendingFailed { detail } | ReportedStatus::DeliveryFailed { detail }) = &report.status else {
        return;
    };
    let Some(detail) = detail else { return };
    assert!(detail.len() <= 200 && !detail.is_empty(), "{detail:?}");
    for word in detail.split(' ') {
        assert!(word.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b)), "{detail:?}");
        assert!(word.bytes().filter(u8::is_ascii_digit).count() <= 6, "{detail:?}");
    }
}
