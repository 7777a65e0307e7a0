use proptest::prelude::*;

use super::{Mailbox, Sender, SenderError};
use crate::address::AddressError;

fn mailbox(text: &str) -> Mailbox {
    Sender::parse(text).unwrap().mailbox().cloned().expect("it has an @")
}

#[test]
fn a_mailbox_is_an_address_with_or_without_a_name() {
    assert_eq!(mailbox("codes@acme.example").name(), None);
    for text in ["Acme <codes@acme.example>", "  \"Acme\"  <codes@acme.example> "] {
        let mailbox = mailbox(text);
        assert_eq!(mailbox.name().unwrap().as_str(), "Acme");
        assert_eq!(mailbox.address().as_str(), "codes@acme.example");
    }
    assert_eq!(mailbox("<codes@acme.example>").name(), None);
}

#[test]
fn a_sender_without_an_at_sign_is_a_name_or_a_number() {
    for text in ["Acme", "+3197010281234", "55155"] {
        let sender = Sender::parse(text).unwrap();
        assert!(matches!(&sender, Sender::Name(name) if name.as_str() == text));
        assert_eq!(sender.mailbox(), None);
    }
}

#[test]
fn what_breaks_a_line_is_refused_wherever_it_stands() {
    for text in
        ["Acme\r\nBcc: a@b.example", "Ac\nme <a@b.example>", "Acme <a@b.example>\n", "a\0@b.example", "\u{202e}Acme"]
    {
        assert_eq!(Sender::parse(text), Err(SenderError::HiddenCharacter), "{text:?}");
    }
}

#[test]
fn a_bad_address_says_what_is_bad_about_it() {
    assert_eq!(Sender::parse("Acme <codes@localhost>"), Err(SenderError::Address(AddressError::EmailDomainIncomplete)));
    assert!(matches!(Sender::parse("codes@"), Err(SenderError::Address(_))));
}

#[test]
fn emptiness_is_no_sender_and_a_name_has_its_bound() {
    assert_eq!(Sender::parse(" "), Err(SenderError::Empty));
    assert_eq!(Sender::parse(&"a".repeat(65)), Err(SenderError::TooLong));
    assert!(Sender::parse(&"a".repeat(64)).is_ok());
}

proptest! {
    #[test]
    fn a_sender_reads_back_from_what_it_shows(text in "\\PC{0,40}|[a-zA-Z \"<>]{0,12}<?[a-z]{1,5}@[a-z]{1,5}\\.[a-z]{2,4}>?") {
        if let Ok(sender) = Sender::parse(&text) {
            let shown = sender.to_string();
            prop_assert!(!shown.chars().any(char::is_control));
            prop_assert_eq!(Sender::parse(&shown).map(|again| again.to_string()), Ok(shown));
        }
    }
}
