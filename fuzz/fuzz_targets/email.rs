//! Whatever is written for an email address has one canonical form, or is refused.

#![no_main]

use countersign::EmailAddress;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(address) = EmailAddress::parse(text) else { return };
    let canonical = address.as_str();
    assert!(canonical.len() <= 254);
    assert!(canonical.bytes().all(|b| b.is_ascii_graphic()), "something that no mail server takes: {canonical:?}");
    assert_eq!(canonical.matches('@').count(), 1, "{canonical:?}");
    assert_eq!(format!("{}@{}", address.local_part(), address.domain()), canonical);
    assert!(text.contains(address.local_part()), "the local part stays as typed");
    assert_eq!(address.domain(), address.domain().to_ascii_lowercase());
    assert_eq!(EmailAddress::parse(canonical).as_ref(), Ok(&address), "the canonical form is not its own");
    let first = &address.local_part()[..1];
    assert_eq!(address.to_masked(), format!("{first}***@{}", address.domain()));
});
