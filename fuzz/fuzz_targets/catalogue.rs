//! Whatever a host writes into a catalogue is refused with a place in the file, or keeps the contract of text messages.

#![no_main]

use std::sync::LazyLock;

use countersign::{Brand, CodeLength, Dispatch, Identity, Limits, Locale};
use countersign_messages::{Messages, MessagesError};
use countersign_testkit::fixtures::{EPOCH, Started, keyring};
use libfuzzer_sys::fuzz_target;

/// One of ours, whose texts are replaced, and one that is added.
const LANGUAGES: [&str; 2] = ["nl", "sw"];

static DISPATCHES: LazyLock<Vec<Dispatch>> = LazyLock::new(|| {
    let mut dispatches = Vec::new();
    for language in LANGUAGES {
        for code_length in [CodeLength::MIN, CodeLength::MAX] {
            let locale = Locale::parse(language).expect("a language tag");
            let limits = Limits { code_length, ..Limits::default() };
            for brand in ["Acme", "[[[[[[[[[[[", "ЖЖЖЖЖЖЖЖЖЖЖ"] {
                let record = Started::new(1).locale(locale.clone()).limits(limits).record();
                let brand = Some(Brand::parse(brand).expect("a brand"));
                let identity = Identity { brand, ..Identity::default() };
                dispatches.push(Dispatch::new(&record, 0, &keyring(), EPOCH, &identity).expect("an attempt"));
            }
        }
    }
    dispatches
});

fuzz_target!(|text: &str| {
    for language in LANGUAGES {
        let locale = Locale::parse(language).expect("a language tag");
        let brand = Brand::parse("Nobody").expect("a brand");
        // Our other languages cost time and tell nothing.
        let builder = Messages::builder(brand).languages([locale.clone()]);
        match builder.catalogue_text(locale, "host.ftl", text).build() {
            Ok(messages) => DISPATCHES.iter().for_each(|dispatch| assert_contract(&messages, dispatch)),
            Err(error) => assert_places(&error, text),
        }
    }
});

fn assert_contract(messages: &Messages, dispatch: &Dispatch) {
    let (sms, code) = (messages.sms(dispatch), dispatch.code().expose());
    let brand = dispatch.brand().expect("each has one").as_str();
    assert!(sms.fits_one_segment(), "{} units: {}", sms.units(), sms.body());
    assert!(sms.body().contains(code) && sms.body().contains(brand), "{}", sms.body());
    assert!(!sms.body().contains(char::is_control), "{:?}", sms.body());
    let email = messages.email(dispatch);
    assert!(email.text().lines().any(|line| line == code));
    assert!(!email.subject().contains(char::is_control));
}

fn assert_places(error: &MessagesError, text: &str) {
    assert!(!error.faults().is_empty());
    let lines = text.matches('\n').count() + 1;
    for fault in error.faults() {
        assert!(fault.origin().is_some_and(|origin| origin.ends_with("host.ftl")), "{fault}");
        if let Some(line) = fault.line() {
            assert!((1..=lines).contains(&line), "{fault}");
        }
        assert!(!fault.to_string().is_empty());
    }
}
