//! What is true of every text message.

use countersign::Dispatch;
use countersign_messages::{Encoding, Messages};

use crate::gsm7::septets;

/// The line for the phone at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    None,
    WebOtp(&'static str),
    Retriever(&'static str),
}

/// How often the code is in a text, not counting a brand that is made of digits and may hold some of it or all.
pub(crate) fn times_besides(brand: &str, code: &str, text: &str) -> usize {
    let of_digits = brand.bytes().all(|byte| byte.is_ascii_digit());
    let by_itself = |run: &&str| *run == code && *run != brand;
    if of_digits {
        return text.split(|c: char| !c.is_ascii_digit()).filter(by_itself).count();
    }
    text.replace(brand, "").matches(code).count()
}

pub(crate) fn assert_sms(messages: &Messages, tail: Tail, dispatch: &Dispatch) {
    let (sms, code) = (messages.sms(dispatch), dispatch.code().expose());
    let body = sms.body();
    let brand = dispatch.brand().expect("the tests name one").as_str();

    assert!(body.starts_with(code), "it does not begin with the code: {body}");
    assert!(body.contains(brand), "it does not name {brand}: {body}");
    let lines: Vec<_> = body.split('\n').collect();
    match tail {
        Tail::None => assert_eq!(lines.len(), 1, "{body}"),
        Tail::WebOtp(domain) => assert_eq!(lines[1..], [format!("@{domain} #{code}")], "{body}"),
        Tail::Retriever(hash) => assert_eq!(lines[1..], [hash], "{body}"),
    }
    let times = if matches!(tail, Tail::WebOtp(_)) { 2 } else { 1 };
    assert_eq!(times_besides(brand, code, body), times, "the code is not {times} times in {body}");
    assert!(!body.contains(['{', '}', '\u{e000}', '\u{e001}']) || brand.contains(['{', '}']), "{body}");

    let (encoding, units, room) = match septets(body) {
        Some(septets) => (Encoding::Gsm7, septets, 160),
        None => (Encoding::Ucs2, body.encode_utf16().count(), 70),
    };
    assert_eq!((sms.encoding(), sms.units()), (encoding, units), "{body}");
    assert_eq!(sms.fits_one_segment(), units <= room, "{body}");
    assert!(units <= room, "{units} of {room}: {body}");
}
