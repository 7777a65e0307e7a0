//! Which language a person is written to.

use std::time::Duration;

use countersign::{Dispatch, Identity, Locale, PhoneNumber, Platform, Template};
use countersign_messages::CatalogueFaultKind;

use crate::asked::{Asked, LANGUAGES, builder, locale, shipped, sms_in};

fn language_for(tag: &str) -> String {
    shipped().sms(&Asked::in_language(tag).dispatch()).language().as_str().to_owned()
}

#[test]
fn the_languages_of_the_contract_are_there() {
    let messages = shipped();
    assert_eq!(messages.languages().map(Locale::as_str).collect::<Vec<_>>(), LANGUAGES);
    for language in LANGUAGES {
        assert_eq!(language_for(language), language);
    }
}

#[test]
fn a_language_without_words_falls_back_to_its_parents_and_then_to_english() {
    let expected = [
        ("pt-BR", "pt"),
        ("pt-AO", "pt"),
        ("de-CH", "de"),
        ("de-CH-1996", "de"),
        ("es-MX", "es"),
        ("fr-CA", "fr"),
        ("ar-EG", "ar"),
        ("ru-Cyrl-KZ", "ru"),
        ("nl-BE-u-nu-latn", "nl"),
        ("en-GB", "en"),
        ("nb", "en"),
        ("zh-Hant-TW", "en"),
        ("sw", "en"),
        ("tlh", "en"),
    ];
    for (asked, found) in expected {
        assert_eq!(language_for(asked), found, "{asked}");
    }
}

#[test]
fn a_catalogue_of_the_host_is_nearer_than_its_parent() {
    let portuguese =
        "sms = { $code } é seu código { $brand }.\n .short = { $code } { $brand }\n .bare = { $code } { $brand }\n";
    let messages = builder()
        .catalogue_text(locale("pt-BR"), "pt-BR.ftl", portuguese)
        .catalogue_text(locale("pt-PT"), "pt-PT.ftl", portuguese.replace("é seu", "é o teu"))
        .build()
        .expect("whole");
    assert_eq!(sms_in(&messages, "pt-BR"), "CODE é seu código Acme.");
    assert_eq!(sms_in(&messages, "pt-AO"), "CODE é o teu código Acme.");
    assert!(sms_in(&messages, "pt").starts_with("CODE é o seu código Acme."));
    // It has no email: that of the next language is taken.
    let email = messages.email(&Asked::in_language("pt-BR").platform(Platform::Email).dispatch());
    assert_eq!(email.language().as_str(), "pt");
}

#[test]
fn the_locale_of_a_template_wins_over_that_of_the_verification() {
    let asked = |tag: Option<&str>| {
        let template = Template { locale: tag.map(ToOwned::to_owned), ..Template::default() };
        let dispatch = Asked::in_language("nl").platform(Platform::Email).template(template).dispatch();
        shipped().email(&dispatch).language().as_str().to_owned()
    };
    assert_eq!(asked(Some("pt_BR")), "pt");
    assert_eq!(asked(Some("fr")), "fr");
    assert_eq!(asked(Some("latest, please")), "nl");
    assert_eq!(asked(Some("")), "nl");
    assert_eq!(asked(None), "nl");
}

#[test]
fn the_locale_of_the_verification_wins_over_the_country_of_the_phone() {
    let number = PhoneNumber::parse("+31612345678").expect("a Dutch number");
    assert_eq!(Locale::for_phone(number).as_str(), "nl-NL");
    let record = countersign_testkit::fixtures::Started::new(1).recipient(number).locale(locale("tr"));
    let keyring = countersign_testkit::fixtures::keyring();
    let dispatch =
        Dispatch::new(&record.record(), 0, &keyring, countersign_testkit::fixtures::EPOCH, &Identity::default())
            .expect("an attempt");
    assert_eq!(shipped().sms(&dispatch).language().as_str(), "tr");
    assert!(shipped().sms(&dispatch).body().contains("Nobody kodunuz"), "the brand of the messages is missing");
}

#[test]
fn a_language_that_is_left_out_is_written_in_english() {
    let messages = builder().languages([locale("nl")]).build().expect("both are there");
    assert_eq!(messages.languages().map(Locale::as_str).collect::<Vec<_>>(), ["en", "nl"]);
    assert!(sms_in(&messages, "de").starts_with("CODE is your Acme code"));
    assert!(sms_in(&messages, "nl-BE").starts_with("CODE is uw code voor Acme"));
}

#[test]
fn a_language_that_is_asked_for_must_be_there() {
    let error = builder().languages([locale("nl"), locale("sw")]).build().expect_err("no Swahili");
    assert_eq!(
        error.faults().iter().map(|fault| fault.kind().clone()).collect::<Vec<_>>(),
        [CatalogueFaultKind::NoCatalogue(locale("sw"))]
    );
}

#[test]
fn the_minutes_that_are_left_are_said() {
    let said = |seconds| {
        let asked = Asked { left: Duration::from_secs(seconds), ..Asked::in_language("en") };
        let body = shipped().sms(&asked.dispatch()).body().to_owned();
        body.split("expires in ")
            .nth(1)
            .and_then(|rest| rest.split('.').next())
            .map(ToOwned::to_owned)
            .expect("minutes")
    };
    assert_eq!(said(600), "10 minutes");
    assert_eq!(said(596), "10 minutes");
    assert_eq!(said(590), "9 minutes");
    assert_eq!(said(3), "1 minute");
    assert_eq!(said(3600), "60 minutes");
}

#[test]
fn a_long_brand_is_never_cut() {
    let long = "A brand for emails only";
    let sms = shipped().sms(&Asked::in_language("tr").brand(long).digits(12).dispatch());
    assert!(sms.body().contains(long));
    let longest = "Ж".repeat(64);
    let sms = shipped().sms(&Asked::in_language("tr").brand(&longest).digits(12).dispatch());
    assert!(sms.body().contains(&longest) && !sms.fits_one_segment());
    assert_eq!(sms.units(), 12 + 3 + 64);
}
