//! Nothing says the code by accident.

use countersign::{Platform, Template};

use crate::asked::{Asked, builder};

#[test]
fn no_debug_output_holds_the_code() {
    let messages = builder().code_in_subject(true).build().expect("shipped");
    for digits in 6..=12 {
        let asked = Asked::in_language("en").digits(digits);
        let dispatch = asked.clone().dispatch();
        let code = dispatch.code().expose();
        let with_template = asked.platform(Platform::WhatsApp).template(Template::default()).dispatch();
        assert_eq!(with_template.code().expose(), code);
        let shown = [
            format!("{:?}", messages.sms(&dispatch)),
            format!("{:#?}", messages.email(&dispatch)),
            format!("{:?}", messages.template(&with_template)),
            format!("{:?}", messages.render(&dispatch)),
            format!("{:#?}", messages.render(&with_template)),
            format!("{messages:?}"),
        ];
        for shown in shown {
            assert!(!shown.contains(code), "{shown}");
        }
    }
}
