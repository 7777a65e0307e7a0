use countersign_testkit::bird::sign;

const BODY: &[u8] = br#"{"service":"channels","event":"sms.outbound","payload":{"id":"x","status":"delivered"}}"#;

#[test]
fn a_signature_is_the_one_that_was_computed_elsewhere() {
    let signature = sign("test-signing-key", "1719823259", "https://example.test/webhooks/bird", BODY);
    assert_eq!(signature, "DWWQdna9WylcFQ1RjSMpQ449SJ+WUSTiePXBfK+B+cA=");
}

#[test]
fn a_signature_depends_on_the_key_the_time_the_url_and_the_body() {
    let (key, time, url) = ("key", "1719823259", "https://example.test/hook?tenant=7");
    let signature = sign(key, time, url, BODY);
    let others = [
        sign("Key", time, url, BODY),
        sign(key, "1719823260", url, BODY),
        sign(key, time, "https://example.test/hook", BODY),
        sign(key, time, url, &BODY[1..]),
    ];
    assert!(others.iter().all(|other| *other != signature));
}
