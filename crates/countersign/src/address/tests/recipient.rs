use crate::address::{Address, AddressKind, EmailAddress, PhoneNumber, Recipient};

fn number() -> PhoneNumber {
    PhoneNumber::parse("+31612345678").expect("a number")
}

fn email() -> EmailAddress {
    EmailAddress::parse("anna@example.com").expect("an address")
}

#[test]
fn a_recipient_gives_back_the_addresses_it_was_made_from() {
    for (recipient, phone, mail) in [
        (Recipient::phone(number()), Some(number()), None),
        (Recipient::email(email()), None, Some(email())),
        (Recipient::both(number(), email()), Some(number()), Some(email())),
    ] {
        assert_eq!(recipient.phone_number(), phone);
        assert_eq!(recipient.email_address(), mail.as_ref());
        assert_eq!(recipient.address(AddressKind::Phone), phone.map(Address::Phone));
        assert_eq!(recipient.address(AddressKind::Email), mail.map(Address::Email));
    }
}

#[test]
fn a_recipient_can_be_made_from_any_address() {
    assert_eq!(Recipient::from(number()), Recipient::phone(number()));
    assert_eq!(Recipient::from(email()), Recipient::email(email()));
    assert_eq!(Recipient::from((number(), email())), Recipient::both(number(), email()));
    assert_eq!(Recipient::from(Address::from(number())), Recipient::phone(number()));
    assert_eq!(Recipient::from(Address::from(email())), Recipient::email(email()));
}

#[test]
fn debug_text_of_addresses_and_recipients_is_masked() {
    let shown =
        format!("{:?} {:?} {:?}", Recipient::both(number(), email()), Address::from(number()), Address::from(email()),);
    assert!(!shown.contains("12345"), "{shown}");
    assert!(!shown.contains("anna"), "{shown}");
    assert!(shown.starts_with("Recipient(+31*******78, a***@example.com)"), "{shown}");
}

#[test]
fn an_address_knows_its_kind_and_its_one_spelling() {
    let address = Address::from(number());
    assert_eq!((address.kind(), address.to_canonical()), (AddressKind::Phone, number().to_e164()));
    assert_eq!(address.to_masked(), "+31*******78");
    let address = Address::from(email());
    assert_eq!((address.kind(), address.to_canonical().as_str()), (AddressKind::Email, "anna@example.com"));
    assert_eq!(address.to_masked(), "a***@example.com");
}

#[test]
fn a_text_with_an_at_sign_is_an_email_address_and_any_other_a_phone_number() {
    assert_eq!(Address::parse("+31 6 123 45678").ok(), Some(Address::from(number())));
    assert_eq!("anna@example.com".parse(), Ok(Address::from(email())));
    assert_eq!(Address::parse("anna"), PhoneNumber::parse("anna").map(Address::Phone));
    assert_eq!(Address::parse("anna@"), EmailAddress::parse("anna@").map(Address::Email));
}

#[test]
fn a_recipient_is_made_of_the_addresses_that_are_there() {
    assert_eq!(Recipient::from_parts(Some(number()), Some(email())), Some(Recipient::both(number(), email())));
    assert_eq!(Recipient::from_parts(Some(number()), None), Some(Recipient::phone(number())));
    assert_eq!(Recipient::from_parts(None, Some(email())), Some(Recipient::email(email())));
    assert_eq!(Recipient::from_parts(None, None), None);
}
