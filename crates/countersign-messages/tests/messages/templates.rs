//! Templates of providers.

use countersign::address::AddressKind;
use countersign::{CustomPlatform, Parameter, Platform, Template, TemplateRule};
use countersign_messages::{CatalogueFaultKind, Message};
use countersign_testkit::fixtures::full_template;

use crate::asked::{Asked, builder, shipped};

fn parameter(kind: &str, key: &str, value: &str) -> Parameter {
    let text = |text: &str| Some(text.to_owned());
    Parameter { kind: text(kind), key: text(key), value: text(value) }
}

#[test]
fn a_whatsapp_template_gets_the_code_as_a_parameter_and_is_otherwise_as_it_was() {
    let asked = Asked::in_language("nl").platform(Platform::WhatsApp).template(full_template());
    let dispatch = asked.dispatch();
    let filled = shipped().template(&dispatch).expect("the step has a template");
    let mut expected = full_template();
    expected.parameters.as_mut().expect("a full one").push(parameter("string", "code", dispatch.code().expose()));
    assert_eq!(filled.expose(), &expected);
    assert!(matches!(shipped().render(&dispatch), Message::Template(_)));
}

#[test]
fn a_parameter_of_that_name_is_replaced() {
    let template = Template {
        parameters: Some(vec![parameter("number", "otp", "000000"), parameter("string", "code", "as is")]),
        ..Template::default()
    };
    let dispatch = Asked::in_language("nl").platform(Platform::WhatsApp).template(template).dispatch();
    let messages = builder().template_parameter("otp").build().expect("a name");
    let filled = messages.template(&dispatch).expect("the step has a template");
    let expected = [parameter("string", "otp", dispatch.code().expose()), parameter("string", "code", "as is")];
    assert_eq!(filled.expose().parameters.as_deref(), Some(&expected[..]));
    assert_eq!(filled.expose().variables, None);
}

#[test]
fn a_template_of_an_email_gets_the_code_as_a_variable() {
    let dispatch = Asked::in_language("nl").platform(Platform::Email).template(full_template()).dispatch();
    let filled = shipped().template(&dispatch).expect("the step has a template");
    let mut expected = full_template();
    let variables = expected.variables.as_mut().expect("a full one");
    variables.insert("code".to_owned(), dispatch.code().expose().to_owned());
    assert_eq!(filled.expose(), &expected);
}

#[test]
fn a_step_without_a_template_has_none_to_fill() {
    for platform in [Platform::Sms, Platform::Email] {
        assert!(shipped().template(&Asked::in_language("nl").platform(platform).dispatch()).is_none());
    }
}

#[test]
fn a_platform_of_the_host_is_told_the_words_of_a_text_message() {
    let custom = CustomPlatform::new("pager", AddressKind::Phone, TemplateRule::Forbidden).unwrap();
    let long = "A brand that is much longer than a text message would have room for, ".split_at(60).0;
    let dispatch = Asked::in_language("ru").platform(Platform::Custom(custom.into())).brand(long).dispatch();
    let Message::Text(text) = shipped().render(&dispatch) else { panic!("a platform of the host has words") };
    assert!(text.body().contains(long) && text.body().contains("Никому не сообщайте."), "{}", text.body());
    assert_eq!(text.language().as_str(), "ru");
}

#[test]
fn a_parameter_needs_a_name_that_can_be_seen() {
    for name in ["", "  ", "co\nde", "co\u{200b}de", &"x".repeat(65)] {
        let error = builder().template_parameter(name).build().expect_err("no name");
        assert_eq!(error.faults()[0].kind(), &CatalogueFaultKind::TemplateParameter, "{name:?}");
        assert_eq!(
            error.to_string(),
            "the template parameter needs a name of 1 to 64 visible characters, such as code"
        );
    }
}
