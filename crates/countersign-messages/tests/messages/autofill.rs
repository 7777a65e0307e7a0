//! The last line of a text message.

use countersign_messages::{AppHash, AppHashError, Autofill, CatalogueFaultKind, WebOtpDomain, WebOtpDomainError};

use crate::asked::{Asked, LANGUAGES, builder};

#[test]
fn a_domain_is_a_host_name_alone() {
    for (text, domain) in [
        ("example.com", "example.com"),
        ("Login.Example.COM", "login.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
    ] {
        assert_eq!(WebOtpDomain::parse(text).expect(text).as_str(), domain);
    }
    let refused = [
        ("https://example.com", WebOtpDomainError::NotAlone),
        ("example.com:443", WebOtpDomainError::NotAlone),
        ("example.com/login", WebOtpDomainError::NotAlone),
        ("@example.com", WebOtpDomainError::NotAlone),
        ("[::1]", WebOtpDomainError::NotAlone),
        ("localhost", WebOtpDomainError::Incomplete),
        ("127.0.0.1", WebOtpDomainError::IpAddress),
        ("", WebOtpDomainError::NotADomain),
        ("example.com.", WebOtpDomainError::NotADomain),
        ("exa mple.com", WebOtpDomainError::NotADomain),
        ("example..com", WebOtpDomainError::NotADomain),
        ("example.com\n", WebOtpDomainError::NotADomain),
        ("-example.com", WebOtpDomainError::NotADomain),
    ];
    for (text, error) in refused {
        assert_eq!(WebOtpDomain::parse(text), Err(error), "{text:?}");
    }
}

#[test]
fn a_hash_is_eleven_characters_of_base64() {
    assert_eq!(AppHash::parse("FA+9qCX9VSu").expect("a hash").as_str(), "FA+9qCX9VSu");
    for text in ["", "FA+9qCX9VS", "FA+9qCX9VSuu", "FA+9qCX9VS=", "FA-9qCX9VSu", "FA+9qCX9VS\n", "FA+9qCX9Vé"] {
        assert_eq!(AppHash::parse(text), Err(AppHashError), "{text:?}");
    }
}

#[test]
fn browsers_find_domain_and_code_on_the_last_line() {
    let web_otp = Autofill::WebOtp(WebOtpDomain::parse("example.com").expect("a domain"));
    let messages = builder().autofill(web_otp).build().expect("there is room");
    let dispatch = Asked::in_language("en").dispatch();
    let code = dispatch.code().expose();
    let expected = format!("{code} is your Acme code. It expires in 10 minutes. Never share it.\n@example.com #{code}");
    assert_eq!(messages.sms(&dispatch).body(), expected);
}

#[test]
fn android_finds_its_hash_on_the_last_line() {
    let retriever = Autofill::SmsRetriever(AppHash::parse("FA+9qCX9VSu").expect("a hash"));
    let messages = builder().autofill(retriever).build().expect("there is room");
    let dispatch = Asked::in_language("pt").digits(12).brand("ЖЖЖЖЖЖЖЖЖЖЖ").dispatch();
    let sms = messages.sms(&dispatch);
    assert!(sms.body().ends_with("\nFA+9qCX9VSu"), "{}", sms.body());
    assert!(sms.units() * 2 <= 140);
}

#[test]
fn a_domain_that_no_text_message_has_room_for_is_refused_for_every_language() {
    let domain = "accounts.of.shops.example.com";
    assert_eq!(domain.len(), 29);
    let web_otp = Autofill::WebOtp(WebOtpDomain::parse(domain).expect("a domain"));
    let error = builder().autofill(web_otp).build().expect_err("too long");
    let languages: Vec<_> = error
        .faults()
        .iter()
        .map(|fault| {
            let CatalogueFaultKind::OverBudget { language, units: 71, .. } = fault.kind() else { panic!("{fault}") };
            language.as_str()
        })
        .collect();
    assert_eq!(languages, LANGUAGES);
    assert!(error.to_string().starts_with(
        "`sms.bare` in af is too long for one text message: it takes 71 of 70 UCS-2 characters with a code of 12 digits, \
         a brand of 11 characters and the line for WebOTP: use a shorter domain, shorten the text, or leave the language out\n"
    ), "{error}");
}
