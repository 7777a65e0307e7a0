//! The head of a webhook delivery, as implementations look at it.

use countersign::WebhookHead;

const HEADERS: [(&str, &[u8]); 4] =
    [("Signature", b"one"), ("host", b"codes.acme.example"), ("SIGNATURE", b"two"), ("time", b"1")];

#[test]
fn a_header_is_found_in_any_case_as_often_as_it_is_there() {
    let head = WebhookHead::new("POST", &HEADERS);
    let values = |name| head.values(name).collect::<Vec<_>>();
    assert_eq!(values("signature"), [b"one".as_slice(), b"two"]);
    assert_eq!(values("Time"), [b"1".as_slice()]);
    assert!(values("signatur").is_empty());
    assert_eq!((head.method(), head.headers().count()), ("POST", 4));
}

#[test]
fn debug_shows_names_of_headers_and_no_value() {
    let shown = format!("{:?}", WebhookHead::new("POST", &HEADERS));
    assert!(shown.contains("Signature") && !shown.contains("one") && !shown.contains("acme"), "{shown}");
}
