//! The form: the plan, and what is wrong told where it is wrong.

use crate::visit::Visit;

/// The text of everything that describes a control.
fn described(selector: &str) -> String {
    format!(
        "document.querySelector({selector:?}).getAttribute('aria-describedby').split(' ')
            .map((id) => document.getElementById(id).textContent).join(' ')"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_a_start_are_told_at_their_fields() {
    let visit = Visit::begin(1280, 900).await;
    visit.fill("#phonenumber", "12").await;
    visit.click("#add-step").await;
    visit.focused("#plan li:last-child select").await;
    visit.click("#more summary").await;
    visit.fill("#timeout", "5").await;
    // Closed again: a fault in it must open it.
    visit.click("#more summary").await;
    visit.click("#start-button").await;
    visit.says("#start-alert", "Not started. See what is marked above.").await;
    visit.focused("#phonenumber").await;
    for (control, path) in [("#phonenumber", ".identifier.phonenumber"), ("#timeout", ".timeout")] {
        let told: String = visit.read(&described(control)).await;
        assert!(told.contains(path), "{control}: {told}");
        let invalid = format!("document.querySelector({control:?}).ariaInvalid === 'true'");
        assert!(visit.read::<bool>(&invalid).await, "{control} is not marked");
        let visible = format!("document.querySelector({control:?}).checkVisibility()");
        assert!(visit.read::<bool>(&visible).await, "{control} is out of sight");
    }
    assert!(visit.read::<bool>("document.querySelector('#live').hidden").await);

    // The number is good now, and so is the rest but for the email step.
    visit.fill("#phonenumber", "+31612345678").await;
    visit.fill("#timeout", "60").await;
    visit.click("#start-button").await;
    visit.focused("#plan li:nth-child(3) select").await;
    let told: String = visit.read(&described("#plan li:nth-child(3) select")).await;
    assert!(told.contains(".steps[2].channelId"), "{told}");
    assert!(!visit.read::<bool>("document.querySelector('#phonenumber').hasAttribute('aria-invalid')").await);

    visit.fill("#emailaddress", "nina@example.com").await;
    visit.start().await;
    assert_eq!(visit.text("#start-alert").await, "");
    assert_eq!(visit.text("#owner").await, "+31612345678 · nina@example.com");
    visit.end(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_send_and_nobody_to_send_to_are_told() {
    let visit = Visit::begin(1280, 900).await;
    visit.click("#plan .remove").await;
    visit.click("#plan .remove").await;
    visit.focused("#add-step").await;
    visit.click("#start-button").await;
    visit.until("document.querySelector('#steps-error').textContent.endsWith(' .steps')").await;
    visit.focused("#add-step").await;
    visit.end(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_the_plan_is_the_order_of_the_steps() {
    let visit = Visit::begin(1280, 900).await;
    visit.click("#plan li:last-child .up").await;
    visit.says("#said", "SMS is now step 1 of 2.").await;
    // The button that was pressed has nothing left to do: the focus went to its neighbour.
    visit.focused("#plan li:first-child .down").await;
    visit.start().await;
    assert!(visit.text("#messages .via").await.starts_with("SMS"));
    assert_eq!(visit.text("#steps > li:first-child .name").await, "SMS");
    assert_eq!(visit.text("#steps > li:last-child .name").await, "WhatsApp");
    visit.end(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_in_another_language_reads_in_its_direction() {
    let visit = Visit::begin(1280, 900).await;
    visit.fill("#emailaddress", "nina@example.com").await;
    visit.click("#plan .remove").await;
    visit
        .run(
            "const plan = document.querySelector('#plan select');
            plan.selectedIndex = [...plan.options].findIndex(({ text }) => text === 'Email');
            document.querySelector('#locale').value = 'ar'",
        )
        .await;
    visit.start().await;
    assert_eq!(visit.text("#language").await, "ar");
    assert!(!visit.text("#messages .subject").await.is_empty());
    let direction: String = visit.read("getComputedStyle(document.querySelector('#messages .text')).direction").await;
    assert_eq!(direction, "rtl");
    let code = visit.code().await;
    visit.check(&code).await;
    visit.ends_as("verified", "Verified").await;
    visit.end(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_none_is_told_at_the_field_and_costs_no_check() {
    let visit = Visit::begin(1280, 900).await;
    visit.start().await;
    visit.check("12").await;
    visit.until("document.querySelector('#code-error').textContent.endsWith(' .code')").await;
    visit.focused("#code[aria-invalid='true']").await;
    assert_eq!(visit.text("#checks-left").await, "3 of 3");
    visit.end(1).await;
}
