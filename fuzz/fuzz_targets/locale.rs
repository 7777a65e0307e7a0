//! Whatever is written for a locale has one canonical form, or is refused.

#![no_main]

use countersign::Locale;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|tag: &str| {
    let Ok(locale) = Locale::parse(tag) else { return };
    assert!(locale.as_str().len() <= 35);
    assert!((2..=8).contains(&locale.language().len()));
    assert!(locale.language() != "und");
    let again = Locale::parse(locale.as_str());
    assert_eq!(again.as_ref(), Ok(&locale), "the canonical form of {tag:?} is not its own");
});
