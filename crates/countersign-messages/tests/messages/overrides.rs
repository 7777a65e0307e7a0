//! Catalogues of the host that are taken.

use std::fs;

use countersign::Platform;

use crate::asked::{Asked, builder, locale, sms_in};

#[test]
fn a_text_of_the_host_replaces_ours_and_the_others_stay() {
    let text =
        "sms = { $code } is je code voor { $brand }. Geldig: { $minutes } min.\nemail-subject = Code van { $brand }\n";
    let messages = builder().catalogue_text(locale("nl"), "nl.ftl", text).build().expect("whole");
    assert_eq!(sms_in(&messages, "nl-BE"), "CODE is je code voor Acme. Geldig: 10 min.");
    let email = messages.email(&Asked::in_language("nl").platform(Platform::Email).dispatch());
    assert_eq!(email.subject(), "Code van Acme");
    assert!(email.text().starts_with("Uw eenmalige code\n"));
    // The shorter wordings are still ours.
    let dispatch = Asked::in_language("nl").digits(12).brand("ЖЖЖЖЖЖЖЖЖЖЖ").dispatch();
    let sms = messages.sms(&dispatch);
    assert_eq!(sms.body(), format!("{} is je code voor ЖЖЖЖЖЖЖЖЖЖЖ. Geldig: 10 min.", dispatch.code().expose()));
}

#[test]
fn a_part_of_a_message_can_be_replaced_alone() {
    let text = "sms =\n    .bare = { $code }: { $brand }\n";
    let messages = builder().catalogue_text(locale("ar"), "ar.ftl", text).build().expect("whole");
    let dispatch = Asked::in_language("ar").digits(12).brand("ЖЖЖЖЖЖЖЖЖЖЖ");
    assert!(sms_in(&messages, "ar").contains("رمزك"));
    assert!(messages.sms(&dispatch.dispatch()).fits_one_segment());
}

#[test]
fn terms_with_arguments_and_plurals_work_in_an_added_language() {
    let swahili = r#"
-msimbo = { $hali ->
        [wako] msimbo wako
       *[wenyewe] msimbo
    }
sms = { $code } ni { -msimbo(hali: "wako") } wa { $brand }. Dakika { $minutes ->
        [one] moja
       *[other] { $minutes }
    }.
    .short = { $code }: { -msimbo } wa { $brand }
    .bare = { $code } { $brand }
"#;
    let messages = builder().catalogue_text(locale("sw"), "sw.ftl", swahili).build().expect("whole");
    assert_eq!(sms_in(&messages, "sw-KE"), "CODE ni msimbo wako wa Acme. Dakika 10.");
    let one = messages.sms(&Asked::in_language("sw").minutes(1).dispatch());
    assert!(one.body().ends_with("Dakika moja."));
    let email = messages.email(&Asked::in_language("sw").platform(Platform::Email).dispatch());
    assert_eq!(email.language().as_str(), "en");
}

#[test]
fn a_right_to_left_language_of_the_host_gets_its_direction() {
    let persian = [
        "email-subject = کد",
        "email-subject-with-code = { $code } کد",
        "email-preheader = کد",
        "email-heading = کد شما",
        "email-intro = کد",
        "email-expiry = می\u{200c}رود",
        "email-secrecy = کد",
        "email-ignore = کد",
    ];
    let messages = builder().catalogue_text(locale("fa"), "fa.ftl", persian.join("\n")).build().expect("whole");
    let email = messages.email(&Asked::in_language("fa-IR").platform(Platform::Email).dispatch());
    assert!(email.html().contains("<html lang=\"fa\" dir=\"rtl\">"));
    assert_eq!(messages.sms(&Asked::in_language("fa-IR").dispatch()).language().as_str(), "en");
}

#[test]
fn a_folder_is_a_catalogue_for_each_of_its_files() {
    let folder = std::env::temp_dir().join(format!("countersign-messages-folder-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("nl.ftl"), "\u{feff}sms = { $code } van { $brand }\r\n    .short = { $code } { $brand }\r\n")
        .expect("written");
    fs::write(
        folder.join("pt-BR.ftl"),
        "sms = { $code } { $brand } oi\n .short = { $code } { $brand }\n .bare = { $code } { $brand }\n",
    )
    .expect("written");
    fs::write(folder.join("notes.txt"), "no catalogue").expect("written");
    let messages = builder().catalogue_path(&folder).build();
    let single = builder().catalogue_path(folder.join("nl.ftl")).build();
    fs::remove_dir_all(&folder).expect("removed");
    let messages = messages.expect("whole");
    assert_eq!(sms_in(&messages, "nl"), "CODE van Acme");
    assert_eq!(sms_in(&messages, "pt-BR"), "CODE Acme oi");
    assert_eq!(sms_in(&single.expect("whole"), "nl"), "CODE van Acme");
}
