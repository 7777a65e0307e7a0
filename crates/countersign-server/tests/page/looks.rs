//! Small screens, names for those who listen, and contrast for those who look.

use chromiumoxide::cdp::browser_protocol::emulation::MediaFeature;

use crate::moves::Carrier;
use crate::visit::Visit;

/// Every text that is shown with less contrast than WCAG 2.2 asks of small text (1.4.3, AA).
const FAINT: &str = r"(() => {
    const parts = (colour) => {
        const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
        return { rgb: [r, g, b], a };
    };
    const luminance = ({ rgb }) => {
        const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (node) => {
        for (; node; node = node.parentElement) {
            const colour = parts(getComputedStyle(node).backgroundColor);
            if (colour.a === 1) return colour;
        }
        return { rgb: [255, 255, 255] };
    };
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faint = [];
    let seen = 0;
    while (walk.nextNode()) {
        const node = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !node.checkVisibility() || node.disabled) continue;
        if (node.closest('button:disabled')) continue;
        seen += 1;
        const [light, dark] = [parts(getComputedStyle(node).color), behind(node)].map(luminance).sort((a, b) => b - a);
        const ratio = (light + 0.05) / (dark + 0.05);
        if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${node.outerHTML.slice(0, 120)}`);
    }
    return seen > 30 ? faint : [`only ${seen} texts were seen`];
})()";

/// Every control without a name, and every reference to an element that is not there.
const NAMELESS: &str = r#"(() => {
    const wrong = [];
    const spoken = (node) => {
        const copy = node.cloneNode(true);
        for (const hidden of copy.querySelectorAll('[aria-hidden="true"]')) hidden.remove();
        return copy.textContent;
    };
    for (const control of document.querySelectorAll('button, input, select, summary, [tabindex="0"], nav, section, fieldset')) {
        const named = control.getAttribute('aria-labelledby')?.split(' ').map((id) => document.getElementById(id)) ?? [];
        const texts = [
            control.getAttribute('aria-label'),
            ...named.map((node) => node?.textContent),
            ...[...(control.labels ?? [])].map((label) => label.textContent),
            control.matches('button, summary') ? spoken(control) : '',
            control.matches('fieldset') ? control.querySelector('legend')?.textContent : '',
        ];
        if (!texts.some((text) => text?.trim())) wrong.push(control.outerHTML.slice(0, 120));
    }
    for (const name of ['aria-describedby', 'aria-labelledby', 'for']) {
        for (const node of document.querySelectorAll(`[${name}]`)) {
            for (const id of node.getAttribute(name).split(' ')) {
                if (!document.getElementById(id)) wrong.push(`${name} to ${id}, which is not there`);
            }
        }
    }
    const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
    wrong.push(...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} twice`));
    return wrong;
})()"#;

async fn fits(visit: &Visit, width: u32) {
    let wide: u32 = visit.read("document.documentElement.scrollWidth").await;
    let far: Vec<String> = visit
        .read(&format!(
            "[...document.querySelectorAll('body *')]
                .filter((node) => node.checkVisibility() && node.getBoundingClientRect().right > {width} + 0.5)
                .map((node) => node.outerHTML.slice(0, 100))"
        ))
        .await;
    assert!(wide <= width && far.is_empty(), "{wide} wide: {far:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_320_pixels_nothing_scrolls_sideways_and_the_order_is_form_phone_state() {
    let visit = Visit::begin(320, 640).await;
    fits(&visit, 320).await;
    visit.fill("#emailaddress", "a.rather.long.address.of.somebody@subdomain.example.com").await;
    visit.click("#add-step").await;
    visit.click("#more summary").await;
    visit.fill("#codeLength", "12").await;
    visit.fill("#timeout", "5").await;
    visit.click("#start-button").await;
    visit.focused("#timeout").await;
    fits(&visit, 320).await;
    visit.fill("#timeout", "60").await;
    visit.click("#start-button").await;
    visit.says("#status", "Pending").await;
    for step in 2..=3 {
        visit.play(Carrier::Fail).await;
        visit.messages(step).await;
    }
    for summary in ["#answer-box summary", "#raw-box summary"] {
        visit.click(summary).await;
    }
    fits(&visit, 320).await;
    let tops: Vec<f64> = visit
        .read("['.start', '.hand', '.live'].map((name) => document.querySelector(name).getBoundingClientRect().top)")
        .await;
    assert!(tops.is_sorted(), "{tops:?}");
    let lefts: Vec<f64> = visit
        .read("['.start', '.hand', '.live'].map((name) => document.querySelector(name).getBoundingClientRect().left)")
        .await;
    assert!(lefts.windows(2).all(|pair| pair[0] == pair[1]), "{lefts:?}");
    visit.click("#cancel").await;
    visit.ends_as("canceled", "Canceled").await;
    fits(&visit, 320).await;
    visit.end(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_has_a_name_and_every_state_is_said() {
    let visit = Visit::begin(1280, 900).await;
    let wrong: Vec<String> = visit.read(NAMELESS).await;
    assert!(wrong.is_empty(), "{wrong:?}");
    visit.start().await;
    let code = visit.wrong_code().await;
    visit.check(&code).await;
    visit.until("document.querySelector('#code-error[role=\"alert\"]').textContent").await;
    visit.play(Carrier::Fail).await;
    visit.messages(2).await;
    let wrong: Vec<String> = visit.read(NAMELESS).await;
    assert!(wrong.is_empty(), "{wrong:?}");
    let basics: Vec<bool> = visit
        .read(
            "[
                document.documentElement.lang === 'en',
                document.querySelectorAll('h1').length === 1,
                document.querySelectorAll('main').length === 1,
                document.querySelector('#status').getAttribute('role') === 'status',
                document.querySelector('#screen').getAttribute('role') === 'log',
                document.querySelectorAll('#diagram [aria-current=\"step\"]').length === 1,
                document.querySelector('#diagram svg').getAttribute('aria-hidden') === 'true',
            ]",
        )
        .await;
    assert_eq!(basics, [true; 7]);
    visit.end(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_has_contrast_in_light_and_in_dark() {
    let visit = Visit::begin(1280, 900).await;
    visit.fill("#emailaddress", "nina@example.com").await;
    visit.click("#add-step").await;
    visit.start().await;
    visit.play(Carrier::Deliver).await;
    visit.click("#failover").await;
    visit.messages(2).await;
    visit.play(Carrier::Fail).await;
    visit.messages(3).await;
    let wrong = visit.wrong_code().await;
    visit.check(&wrong).await;
    visit.until("document.querySelector('#code-error').textContent").await;
    for scheme in ["light", "dark"] {
        let features = ["prefers-color-scheme", "prefers-reduced-motion"].into_iter().zip([scheme, "reduce"]);
        let features = features.map(|(name, value)| MediaFeature::new(name, value)).collect();
        visit.page().emulate_media_features(features).await.expect("a scheme");
        let faint: Vec<String> = visit.read(FAINT).await;
        assert!(faint.is_empty(), "{scheme}: {faint:?}");
    }
    visit.end(1).await;
}
