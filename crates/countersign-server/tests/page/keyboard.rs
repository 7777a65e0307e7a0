//! Without a mouse, and with a clipboard.

use crate::visit::Visit;

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_gets_from_start_to_verified() {
    let visit = Visit::begin(1280, 900).await;
    visit.tab_to("#phonenumber").await;
    visit.tab_to("#plan li:first-child .down").await;
    let outline: String = visit.read("getComputedStyle(document.activeElement).outlineStyle").await;
    assert_eq!(outline, "solid", "the focus is not seen");
    visit.press("Enter").await;
    visit.says("#said", "WhatsApp is now step 2 of 2.").await;
    visit.tab_to("#start-button").await;
    visit.press("Enter").await;
    visit.begun().await;
    let code = visit.code().await;
    visit.type_text(&code).await;
    visit.press("Enter").await;
    visit.ends_as("verified", "Verified").await;
    visit.focused("#status").await;
    visit.tab_to("#again").await;
    visit.press("Enter").await;
    visit.focused("#phonenumber").await;
    visit.end(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tab_leads_to_every_control_that_is_shown() {
    let visit = Visit::begin(1280, 900).await;
    visit.start().await;
    let shown: Vec<usize> = visit
        .read(
            "(() => {
                window.controls = [...document.querySelectorAll('input, select, button, summary, [tabindex=\"0\"]')]
                    .filter((control) => control.checkVisibility() && !control.disabled);
                document.activeElement.blur();
                return window.controls.map((_, index) => index);
            })()",
        )
        .await;
    let mut reached = Vec::new();
    for _ in 0..shown.len() + 5 {
        visit.press("Tab").await;
        reached.push(visit.read::<i64>("window.controls.indexOf(document.activeElement)").await);
    }
    let missed: Vec<_> = shown.iter().filter(|index| !reached.contains(&(**index as i64))).collect();
    let names: String = visit.read(&format!("{missed:?}.map((i) => window.controls[i].outerHTML).join()")).await;
    assert!(missed.is_empty(), "no Tab leads to {names}");
    visit.end(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_pasted_with_spaces_and_with_hyphens() {
    let visit = Visit::begin(1280, 900).await;
    for between in [" ", "-"] {
        visit.start().await;
        let code = visit.code().await;
        let (front, back) = code.split_at(3);
        let pasted = format!("{front}{between}{back}");
        visit.paste(&pasted).await;
        visit.until(&format!("document.querySelector('#code').value === {pasted:?}")).await;
        visit.press("Enter").await;
        visit.ends_as("verified", "Verified").await;
    }
    visit.end(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_field_is_one_that_phones_and_password_managers_know() {
    let visit = Visit::begin(1280, 900).await;
    visit.start().await;
    let field: Vec<Option<String>> = visit
        .read(
            "['autocomplete', 'inputmode', 'type', 'maxlength', 'pattern']
                .map((name) => document.querySelector('#code').getAttribute(name))",
        )
        .await;
    let expected = [Some("one-time-code"), Some("numeric"), Some("text"), None, None];
    assert_eq!(field.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
    let fields: usize = visit.read("document.querySelectorAll('#check input').length").await;
    assert_eq!(fields, 1);
    let label: String = visit.read("document.querySelector('#code').labels[0].textContent").await;
    assert_eq!(label, "Code");
    visit.end(0).await;
}
