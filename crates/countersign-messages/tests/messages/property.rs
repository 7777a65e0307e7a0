//! What holds for anybody.

use std::sync::LazyLock;
use std::time::Duration;

use countersign::address::AddressKind;
use countersign::{Brand, CustomPlatform, Locale, Platform, Template, TemplateRule};
use countersign_messages::{AppHash, Autofill, Message, Messages, WebOtpDomain};
use proptest::prelude::*;

use crate::asked::{Asked, LANGUAGES, builder};
use crate::contract::{Tail, assert_sms};
use crate::email::assert_email;

const DOMAIN: &str = "login.example.com";
const HASH: &str = "/+9qCX9VSuA";

static MESSAGES: LazyLock<[(Tail, Messages); 3]> = LazyLock::new(|| {
    let web_otp = Autofill::WebOtp(WebOtpDomain::parse(DOMAIN).expect("a domain"));
    let retriever = Autofill::SmsRetriever(AppHash::parse(HASH).expect("a hash"));
    [
        (Tail::None, builder()),
        (Tail::WebOtp(DOMAIN), builder().autofill(web_otp)),
        (Tail::Retriever(HASH), builder().autofill(retriever).code_in_subject(true)),
    ]
    .map(|(tail, builder)| (tail, builder.build().expect("there is room for it")))
});

fn locales() -> impl Strategy<Value = Locale> {
    prop_oneof![
        proptest::sample::select(&LANGUAGES[..]).prop_map(ToOwned::to_owned),
        (proptest::sample::select(&LANGUAGES[..]), "[A-Z]{2}")
            .prop_map(|(language, region)| [language, "-", &region].concat()),
        "[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?(-[0-9][a-z0-9]{3})?",
    ]
    .prop_filter_map("no language tag", |tag| Locale::parse(&tag).ok())
}

fn brands() -> impl Strategy<Value = Brand> {
    prop_oneof![
        "[!-~ ]{1,11}",
        "[\\[\\]{}^~|€\\\\]{1,11}",
        "[А-Яа-я ]{1,11}",
        "[\u{1f300}-\u{1f6ff}]{1,5}",
        "\\PC{1,11}",
        "[0-9]{6,11}"
    ]
    .prop_filter_map("no brand of an SMS", |name| Brand::parse(&name).ok().filter(Brand::fits_sms))
}

fn platforms() -> impl Strategy<Value = (Platform, bool)> {
    let custom = CustomPlatform::new("pager", AddressKind::Phone, TemplateRule::Optional).unwrap();
    prop_oneof![
        Just((Platform::Sms, false)),
        Just((Platform::WhatsApp, true)),
        Just((Platform::Email, false)),
        Just((Platform::Email, true)),
        Just((Platform::Custom(custom.clone().into()), false)),
        Just((Platform::Custom(custom.into()), true)),
    ]
}

prop_compose! {
    fn asked()(
        seed in any::<u64>(),
        locale in locales(),
        (platform, with_template) in platforms(),
        digits in 6..=12_u8,
        brand in brands(),
        left in 0..=3600_u64,
    ) -> Asked {
        let template = with_template.then(Template::default);
        Asked { seed, locale, platform, template, digits, brand, left: Duration::from_secs(left) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn whatever_is_asked_for_the_message_keeps_the_contract(asked in asked(), which in 0..3_usize) {
        let (tail, messages) = &MESSAGES[which];
        let dispatch = asked.clone().dispatch();
        let code = dispatch.code().expose();
        assert_sms(messages, *tail, &dispatch);
        assert_email(&messages.email(&dispatch), &dispatch, matches!(tail, Tail::Retriever(_)));
        prop_assert_eq!(messages.template(&dispatch).is_some(), asked.template.is_some());
        match messages.render(&dispatch) {
            Message::Sms(sms) => {
                prop_assert_eq!(asked.platform, Platform::Sms);
                let again = messages.sms(&dispatch);
                prop_assert_eq!(sms.body(), again.body());
            }
            Message::Email(email) => {
                prop_assert_eq!((asked.platform, asked.template), (Platform::Email, None));
                let again = messages.email(&dispatch);
                prop_assert_eq!(email.html(), again.html());
            }
            Message::Template(filled) => {
                let template = filled.expose();
                let values = template.parameters.iter().flatten().filter_map(|parameter| parameter.value.as_deref());
                let variables = template.variables.iter().flat_map(|variables| variables.values().map(String::as_str));
                prop_assert_eq!(values.chain(variables).collect::<Vec<_>>(), [code]);
            }
            Message::Text(text) => {
                prop_assert!(matches!(asked.platform, Platform::Custom(_)));
                prop_assert!(text.body().starts_with(code) && !text.body().contains('\n'));
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
