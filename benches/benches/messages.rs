//! What writing a message costs: once, when catalogues are loaded, and then for each.
#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;

use countersign::{Brand, CodeLength, Dispatch, Identity, Limits, Locale};
use countersign_messages::{Autofill, Encoding, Messages, WebOtpDomain};
use countersign_testkit::fixtures::{EPOCH, Started, keyring};
use criterion::{Criterion, criterion_group, criterion_main};

fn messages() -> Messages {
    let domain = WebOtpDomain::parse("example.com").expect("a domain");
    let brand = Brand::parse("Acme").expect("a brand");
    Messages::builder(brand).autofill(Autofill::WebOtp(domain)).build().expect("there is room")
}

/// A dispatch with the longest code, the largest of what is written.
fn dispatch(language: &str, identity: &Identity) -> Dispatch {
    let code_length = CodeLength::MAX;
    let locale = Locale::parse(language).expect("a language tag");
    let record = Started::new(1).locale(locale).limits(Limits { code_length, ..Limits::default() }).record();
    Dispatch::new(&record, 0, &keyring(), EPOCH, identity).expect("an attempt")
}

fn load(c: &mut Criterion) {
    c.bench_function("messages/load all catalogues", |b| b.iter(messages));
}

fn sms(c: &mut Criterion) {
    let messages = messages();
    let mut group = c.benchmark_group("messages/sms");
    for (name, language, encoding) in [
        ("gsm 7-bit", "nl", Encoding::Gsm7),
        ("ucs-2", "tr", Encoding::Ucs2),
        ("by a parent language", "nl-BE", Encoding::Gsm7),
        ("by english", "zh-Hant-TW", Encoding::Gsm7),
    ] {
        // A brand that keeps the encoding as it is, in words that name it.
        let brand = Brand::parse(if encoding == Encoding::Ucs2 { "Şok" } else { "Acme" }).expect("a brand");
        let dispatch = dispatch(language, &Identity { brand: Some(brand), ..Identity::default() });
        group.bench_function(name, |b| b.iter(|| messages.sms(black_box(&dispatch))));
    }
    group.finish();
}

fn email(c: &mut Criterion) {
    let messages = messages();
    let dispatch = dispatch("ar", &Identity::default());
    c.bench_function("messages/email", |b| b.iter(|| messages.email(black_box(&dispatch))));
}

criterion_group!(benches, load, sms, email);
criterion_main!(benches);
