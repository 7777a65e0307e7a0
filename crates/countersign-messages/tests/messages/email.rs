//! Emails, in both forms.

use countersign::{Dispatch, Platform};
use countersign_messages::Email;

use crate::asked::{Asked, LANGUAGES, builder, shipped};
use crate::contract::times_besides;

/// What is true of every email.
pub(crate) fn assert_email(email: &Email, dispatch: &Dispatch, code_in_subject: bool) {
    let (code, brand) = (dispatch.code().expose(), dispatch.brand().expect("the tests name one").as_str());

    assert!(!email.subject().contains(char::is_control), "{}", email.subject());
    let in_subject = times_besides(brand, code, email.subject());
    assert_eq!(in_subject, usize::from(code_in_subject), "{}", email.subject());

    assert_eq!(email.text().lines().filter(|line| *line == code).count(), if brand == code { 2 } else { 1 });
    assert_eq!(times_besides(brand, code, email.text()), 1, "{}", email.text());
    assert!(email.text().contains(brand));

    let html = email.html();
    let escaped = escape(brand);
    assert!(html.contains(&format!("<bdi>{escaped}</bdi>")), "{html}");
    assert_eq!(
        html.matches(&format!(">{code}<")).count(),
        if brand == code { html.matches("<bdi>").count() + 1 } else { 1 }
    );
    let shown = html.replace(&format!("<bdi>{escaped}</bdi>"), "");
    let title = shown.find("</title>").expect("it has a title");
    assert_eq!(times_besides("?", code, &shown[title..]), 1, "{html}");
    assert_well_formed(html);
    for refused in ["http", "url(", "src=", "href", "<img", "<script", "<link", "@import"] {
        assert!(!shown[title..].contains(refused), "{refused} in {html}");
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Every tag is closed in order, every `&` begins an entity that we write, every attribute is quoted.
fn assert_well_formed(html: &str) {
    let mut open = Vec::new();
    let mut rest = html.strip_prefix("<!DOCTYPE html>\n").expect("a document of today");
    while let Some(begin) = rest.find('<') {
        for entity in rest[..begin].split('&').skip(1) {
            let known = ["amp;", "lt;", "gt;", "quot;", "#39;", "#847;", "zwnj;", "nbsp;"];
            assert!(known.iter().any(|known| entity.starts_with(known)), "&{entity}");
        }
        let end = begin + rest[begin..].find('>').expect("a tag ends");
        let tag = &rest[begin + 1..end];
        assert_eq!(tag.matches('"').count() % 2, 0, "<{tag}>");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "in {html}");
        } else {
            let name = tag.split(' ').next().expect("a tag has a name");
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "<{tag}>");
            if name != "meta" {
                open.push(name);
            }
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty() && rest == "\n", "{open:?} are open, and {rest:?} follows");
}

fn asked(tag: &str) -> Asked {
    Asked::in_language(tag).platform(Platform::Email)
}

#[test]
fn an_email_in_every_language_keeps_the_contract() {
    let (plain, with_code) = (shipped(), builder().code_in_subject(true).build().expect("shipped"));
    for language in LANGUAGES {
        for digits in 6..=12 {
            let dispatch = asked(language).digits(digits).dispatch();
            assert_email(&plain.email(&dispatch), &dispatch, false);
            assert_email(&with_code.email(&dispatch), &dispatch, true);
        }
    }
}

#[test]
fn a_brand_cannot_become_markup() {
    let name = "<b onx='1'>&amp;\"</title></bdi>";
    let dispatch = asked("en").brand(name).dispatch();
    let email = shipped().email(&dispatch);
    assert!(!email.html().contains("<b onx"));
    assert!(email.html().contains("<bdi>&lt;b onx=&#39;1&#39;&gt;&amp;amp;&quot;&lt;/title&gt;&lt;/bdi&gt;</bdi>"));
    assert!(email.subject().contains(name) && email.text().contains(name));
    assert_email(&email, &dispatch, false);
}

#[test]
fn a_document_names_its_language_and_direction() {
    for language in LANGUAGES {
        let email = shipped().email(&asked(language).dispatch());
        let direction = if language == "ar" { "rtl" } else { "ltr" };
        assert!(email.html().contains(&format!("<html lang=\"{language}\" dir=\"{direction}\">")));
        assert_eq!(email.language().as_str(), language);
        assert!(email.html().contains("<div class=\"code\" dir=\"ltr\""));
    }
}

#[test]
fn plain_text_and_html_say_the_same() {
    for language in LANGUAGES {
        let email = shipped().email(&asked(language).dispatch());
        let html = email.html().replace("<bdi>", "").replace("</bdi>", "").replace("&#39;", "'");
        for line in email.text().lines().filter(|line| !line.is_empty()) {
            assert!(html.contains(&format!(">{line}<")), "{line:?} is not in {html}");
        }
    }
}

#[test]
fn what_a_list_of_emails_shows_does_not_hold_the_code() {
    for language in LANGUAGES {
        let dispatch = asked(language).dispatch();
        let email = shipped().email(&dispatch);
        let hidden = email.html().find("display:none").expect("a preheader");
        let code = email.html().find(dispatch.code().expose()).expect("a code");
        assert!(hidden < code);
        assert!(email.html()[hidden..code].matches("&nbsp;").count() >= 90);
    }
}
