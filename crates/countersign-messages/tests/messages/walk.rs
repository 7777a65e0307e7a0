//! Every combination of what decides how long a text message is.

use countersign_messages::{AppHash, Autofill, Messages, WebOtpDomain};

use crate::asked::{Asked, LANGUAGES, builder};
use crate::contract::{Tail, assert_sms};

/// As much as fits 11 UTF-16 units, in each encoding, and a little.
const BRANDS: [&str; 5] = ["[[[[[[[[[[[", "ЖЖЖЖЖЖЖЖЖЖЖ", "\u{1f511}\u{1f511}\u{1f511}\u{1f511}\u{1f511}!", "A", "ş"];

/// The longest domain that is taken.
const DOMAIN: &str = "accounts.of.shops.example.co";
const HASH: &str = "FA+9qCX9VSu";

fn with(tail: Tail) -> Messages {
    let autofill = match tail {
        Tail::None => return builder().build().expect("shipped"),
        Tail::WebOtp(domain) => Autofill::WebOtp(WebOtpDomain::parse(domain).expect("a domain")),
        Tail::Retriever(hash) => Autofill::SmsRetriever(AppHash::parse(hash).expect("a hash")),
    };
    builder().autofill(autofill).build().expect("there is room for it")
}

#[test]
fn every_text_message_is_one_segment_that_begins_with_the_code() {
    assert_eq!(DOMAIN.len(), 28);
    let tails = [Tail::None, Tail::WebOtp(DOMAIN), Tail::Retriever(HASH)].map(|tail| (tail, with(tail)));
    let mut walked = 0;
    for language in LANGUAGES {
        for digits in 6..=12 {
            for minutes in 1..=60 {
                for name in BRANDS {
                    let asked = Asked::in_language(language).digits(digits).minutes(minutes);
                    let dispatch = asked.brand(name).dispatch();
                    for (tail, messages) in &tails {
                        assert_sms(messages, *tail, &dispatch);
                        walked += 1;
                    }
                }
            }
        }
    }
    assert_eq!(walked, 12 * 7 * 60 * 5 * 3);
}

#[test]
fn where_the_language_allows_it_the_longest_wording_is_gsm_and_fits_with_any_gsm_brand() {
    let messages = with(Tail::None);
    for language in ["af", "de", "en", "es", "fr", "it", "nl", "pl"] {
        for minutes in 1..=60 {
            let asked = Asked::in_language(language).digits(12).minutes(minutes);
            let sms = messages.sms(&asked.clone().brand(BRANDS[0]).dispatch());
            assert_eq!(sms.encoding(), countersign_messages::Encoding::Gsm7, "{}", sms.body());
            let full = messages.sms(&asked.digits(6).brand("A").dispatch());
            let sentences = |body: &str| body.matches(". ").count();
            assert_eq!(sentences(sms.body()), sentences(full.body()), "{}", sms.body());
        }
    }
}

#[test]
fn in_the_other_languages_a_usual_message_has_the_longest_wording() {
    let messages = with(Tail::None);
    for (language, warning) in [("ar", "لا تشاركه"), ("pt", "Não o divulgue"), ("ru", "Никому"), ("tr", "Kimseyle")]
    {
        for minutes in 1..=60 {
            let sms = messages.sms(&Asked::in_language(language).minutes(minutes).dispatch());
            assert!(sms.body().contains(warning), "{}", sms.body());
            assert!(!sms.body().contains(" - "), "{}", sms.body());
        }
    }
}

#[test]
fn no_shipped_text_message_shouts_or_links() {
    let messages = with(Tail::None);
    for language in LANGUAGES {
        let sms = messages.sms(&Asked::in_language(language).dispatch());
        assert!(!sms.body().contains(['!', '/', '@']), "{}", sms.body());
    }
}
