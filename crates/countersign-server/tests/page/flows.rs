//! Verifications from their start to each of their ends.

use crate::moves::Carrier;
use crate::visit::Visit;

#[tokio::test(flavor = "multi_thread")]
async fn a_delivered_code_that_is_entered_verifies() {
    let visit = Visit::begin(1280, 900).await;
    visit.start().await;
    assert!(visit.text("#messages .via").await.starts_with("WhatsApp"));
    assert_eq!(visit.text("#owner").await, "+31612345678");
    assert_eq!(visit.text("#checks-left").await, "3 of 3");

    visit.play(Carrier::Deliver).await;
    visit.step(1, "Delivered", "Delivered").await;
    let code = visit.code().await;
    visit.check(&code).await;

    visit.ends_as("verified", "Verified").await;
    visit.step(1, "Verified", "Verified").await;
    visit.focused("#status").await;
    assert!(
        !visit.read::<bool>("document.querySelector('#check').checkVisibility()").await,
        "it asks for a code still"
    );
    let raw: serde_json::Value = visit.read("JSON.parse(document.querySelector('#raw').textContent)").await;
    assert_eq!(raw["status"], "verified");
    assert_eq!(raw["steps"][0]["attempts"][0]["verified"], true);
    assert!(!raw.to_string().contains(&code), "the code is shown: {raw}");
    assert_eq!(visit.text("#last-status").await, "200");
    let curl = visit.text("#last-curl").await;
    assert!(curl.starts_with("curl -X POST 'http://127.0.0.1:"), "{curl}");
    assert!(curl.contains("-H 'Authorization: AccessKey "), "{curl}");
    visit.end(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_use_up_the_checks() {
    let visit = Visit::begin(1280, 900).await;
    visit.start().await;
    let wrong = visit.wrong_code().await;
    for (left, told) in
        [(2, "This code does not match. 2 checks left."), (1, "This code does not match. 1 check left.")]
    {
        visit.check(&wrong).await;
        visit.says("#code-error", told).await;
        visit.says("#checks-left", &format!("{left} of 3")).await;
        visit.focused("#code[aria-invalid='true'][aria-describedby~='code-error']").await;
        let kept: String = visit.read("document.querySelector('#code').value").await;
        assert_eq!(kept, wrong, "what was typed is gone");
    }
    visit.check(&wrong).await;
    visit.ends_as("failed", "Failed").await;
    visit.says("#checks-left", "0 of 3").await;
    visit.focused("#status").await;
    visit.click("#again").await;
    visit.focused("#phonenumber").await;
    visit.end(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_whatsapp_message_fails_over_to_sms() {
    let visit = Visit::begin(1280, 900).await;
    visit.start().await;
    let first = visit.code().await;
    visit.play(Carrier::Fail).await;
    visit.messages(2).await;
    visit.step(1, "Failed", "Delivery failed").await;
    visit.until("document.querySelector('#steps > li:nth-child(2)').matches('.current[aria-current]')").await;
    assert_eq!(visit.text("#messages > li:first-child .state").await.split(' ').next(), Some("Failed"));
    assert!(visit.text("#messages > li:last-child .via").await.starts_with("SMS"));
    assert_eq!(visit.code().await, first, "one verification has one code");

    visit.play(Carrier::UseCode).await;
    visit.focused("#code").await;
    visit.press("Enter").await;
    visit.ends_as("verified", "Verified").await;
    visit.step(2, "Verified", "Verified").await;
    visit.end(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_that_nobody_answers_expires_and_the_page_stops_asking() {
    let visit = Visit::begin(1280, 900).await;
    visit.click("#more summary").await;
    visit.fill("#timeout", "30").await;
    visit.start().await;
    visit.until("/^0:[0-2]\\d$/.test(document.querySelector('#time-left').textContent)").await;
    visit.until_within(60, "document.querySelector('#status').textContent === 'Expired'").await;
    visit.ends_as("expired", "Expired").await;
    assert_eq!(visit.text("#time-left").await, "0:00");
    visit.focused("#status").await;
    // While it was open it asked about once a second: now three seconds have gone by without a request.
    let last =
        "performance.getEntriesByType('resource').map(({ startTime }) => startTime).reduce((a, b) => Math.max(a, b))";
    visit.until(&format!("performance.now() - {last} > 3000")).await;
    visit.end(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resend_too_soon_is_told_with_its_wait_and_a_cancel_ends_it() {
    let visit = Visit::begin(1280, 900).await;
    visit.start().await;
    visit.click("#resend").await;
    visit
        .until("/ \\d+ s(econds?)?\\.$/.test(document.querySelector('#action-alert[role=\"alert\"]').textContent)")
        .await;
    assert_eq!(visit.text("#last-status").await, "429 TooManyRequests");
    visit.click("#failover").await;
    visit.messages(2).await;
    visit.says("#action-alert", "").await;
    visit.click("#cancel").await;
    visit.ends_as("canceled", "Canceled").await;
    visit.focused("#status").await;
    visit.end(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recent_verifications_are_switched_between_and_a_reload_stays_where_it_was() {
    let visit = Visit::begin(1280, 900).await;
    visit.start().await;
    visit.click("#cancel").await;
    visit.ends_as("canceled", "Canceled").await;
    visit.start().await;
    visit.until("document.querySelectorAll('#recent li').length === 2").await;
    visit.click("#recent li:last-child button").await;
    visit.ends_as("canceled", "Canceled").await;
    visit.messages(1).await;
    visit.page().reload().await.expect("the page again");
    visit.connected().await;
    visit.ends_as("canceled", "Canceled").await;
    visit.click("#recent li:first-child button").await;
    visit.says("#status", "Pending").await;
    visit.end(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_told_and_one_that_comes_back_is_found() {
    let mut visit = Visit::begin(1280, 900).await;
    visit.start().await;
    let start_again = visit.stop_server();
    visit.says("#link", "The server does not answer. Trying again.").await;
    start_again(&mut visit);
    visit.says("#link", "Connected").await;
    // The store of --dev is memory: nothing is left of what was.
    visit.says("#gone", "The server does not know this verification.").await;
    visit.start().await;
    let code = visit.code().await;
    visit.check(&code).await;
    visit.ends_as("verified", "Verified").await;
}
