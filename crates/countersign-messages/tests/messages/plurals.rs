//! “Minutes” as each language counts them.

use countersign_messages::Messages;

use crate::asked::{Asked, shipped};

const MINUTES: [u64; 8] = [1, 2, 3, 5, 11, 21, 22, 60];

fn assert_says(language: &str, text: impl Fn(&Messages, Asked) -> String, expected: [&str; 8]) {
    let messages = shipped();
    for (minutes, words) in MINUTES.into_iter().zip(expected) {
        let text = text(&messages, Asked::in_language(language).minutes(minutes));
        assert!(text.contains(&format!(" {words}.")), "{minutes} in {language}: {text}");
    }
}

fn sms(messages: &Messages, asked: Asked) -> String {
    messages.sms(&asked.dispatch()).body().to_owned()
}

fn email(messages: &Messages, asked: Asked) -> String {
    messages.email(&asked.dispatch()).text().to_owned()
}

#[test]
fn arabic_counts_minutes_as_arabic_does() {
    let expected = ["دقيقة واحدة", "دقيقتين", "3 دقائق", "5 دقائق", "11 دقيقة", "21 دقيقة", "22 دقيقة", "60 دقيقة"];
    assert_says("ar", sms, expected);
    assert_says("ar", email, expected);
}

#[test]
fn russian_counts_minutes_as_russian_does() {
    let expected = ["1 минуту", "2 минуты", "3 минуты", "5 минут", "11 минут", "21 минуту", "22 минуты", "60 минут"];
    assert_says("ru", sms, expected);
    assert_says("ru", email, expected);
}

#[test]
fn polish_counts_minutes_as_polish_does() {
    let after = [
        "1 minucie",
        "2 minutach",
        "3 minutach",
        "5 minutach",
        "11 minutach",
        "21 minutach",
        "22 minutach",
        "60 minutach",
    ];
    assert_says("pl", sms, after);
    let during = ["1 minutę", "2 minuty", "3 minuty", "5 minut", "11 minut", "21 minut", "22 minuty", "60 minut"];
    assert_says("pl", email, during);
}

#[test]
fn languages_with_two_forms_have_one_minute_alone_in_the_singular() {
    let expected =
        ["1 minute", "2 minutes", "3 minutes", "5 minutes", "11 minutes", "21 minutes", "22 minutes", "60 minutes"];
    assert_says("en", sms, expected);
    assert_says("fr", sms, expected);
}
