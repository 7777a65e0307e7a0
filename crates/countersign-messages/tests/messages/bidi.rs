//! How a screen lays out Arabic (Unicode Bidirectional Algorithm, UAX 9).

use countersign::Platform;
use unicode_bidi::BidiInfo;

use crate::asked::{Asked, shipped};

/// As brands are: Latin, Arabic, with digits at the edge, with marks at the edge.
const BRANDS: [&str; 8] = ["Acme", "أكمي", "7Eleven", "Acme 24", "Yahoo!", "(Acme)", "أكمي 24", "C++"];

/// Lines as they are seen from left to right, with what each is as a whole: right to left or not.
fn seen(text: &str) -> Vec<(bool, String)> {
    let bidi = BidiInfo::new(text, None);
    bidi.paragraphs
        .iter()
        .map(|paragraph| (paragraph.level.is_rtl(), bidi.reorder_line(paragraph, paragraph.range.clone()).into_owned()))
        .collect()
}

/// The brand as it is seen by itself, between marks that no reader sees.
fn brand_alone(name: &str) -> String {
    seen(&format!("ا \u{200e}{name}\u{200e}")).remove(0).1.replace(['\u{200e}', 'ا', ' '], "")
}

#[test]
fn arabic_text_messages_run_from_the_right_and_keep_the_code_whole() {
    let messages = shipped();
    for name in BRANDS {
        for digits in 6..=12 {
            let dispatch = Asked::in_language("ar").digits(digits).brand(name).dispatch();
            let sms = messages.sms(&dispatch);
            let lines = seen(sms.body());
            let [(right_to_left, line)] = &lines[..] else { panic!("{} is not one line", sms.body()) };
            assert!(line.contains(dispatch.code().expose()), "{line}");
            // The barest wording has no Arabic letter of its own.
            if !sms.body().contains(" - ") {
                assert!(right_to_left, "{}", sms.body());
                assert!(line.trim_end().ends_with(dispatch.code().expose()), "the code is not first: {line}");
                assert!(line.replace([' ', '\u{200e}'], "").contains(&brand_alone(name)), "{name} is torn: {line}");
                assert!(line.contains("10"), "{line}");
            }
        }
    }
}

#[test]
fn arabic_emails_run_from_the_right_and_keep_code_and_brand_whole() {
    let messages = crate::asked::builder().code_in_subject(true).build().expect("shipped");
    for name in BRANDS {
        let dispatch = Asked::in_language("ar").platform(Platform::Email).brand(name).dispatch();
        let (email, plain) = (messages.email(&dispatch), shipped().email(&dispatch));
        let code = dispatch.code().expose();
        let [(right_to_left, subject)] = &seen(email.subject())[..] else { panic!("a subject is one line") };
        assert!(right_to_left & subject.contains(code), "{subject}");
        for line in email.text().lines().chain([plain.subject()]).filter(|line| !line.is_empty()) {
            let (right_to_left, shown) = seen(line).remove(0);
            if line == code {
                assert_eq!(shown, code);
            } else if line != name {
                assert!(right_to_left, "{line}");
                if line.contains(name) {
                    assert!(
                        shown.replace([' ', '\u{200e}'], "").contains(&brand_alone(name)),
                        "{name} is torn: {shown}"
                    );
                }
            }
        }
    }
}
