//! Writes what people read into a folder, to be looked at: for each language the email as HTML and as text, with a short and
//! a long code, and the text messages.
//!
//! ```sh
//! cargo run -p countersign-messages --example gallery -- target/gallery
//! ```

use std::error::Error;
use std::fs;
use std::path::Path;

use countersign::{Brand, CodeLength, Dispatch, Identity, Limits, Locale, Recipient};
use countersign_messages::{Autofill, Messages, WebOtpDomain};
use countersign_testkit::fixtures::{EPOCH, Started, email, keyring, mail, phone, sms};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("say which folder to write to")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;

    let plain = Messages::new(Brand::parse("Acme")?)?;
    let web_otp = Autofill::WebOtp(WebOtpDomain::parse("example.com")?);
    let with_line = Messages::builder(Brand::parse("Acme")?).autofill(web_otp).build()?;

    let mut bodies = String::new();
    for language in plain.languages() {
        for digits in [6, 12] {
            let dispatch = dispatch(language, CodeLength::new(digits)?).ok_or("the record has an attempt")?;
            let email = plain.email(&dispatch);
            fs::write(folder.join(format!("{language}-{digits}.html")), email.html())?;
            fs::write(
                folder.join(format!("{language}-{digits}.txt")),
                [email.subject(), "\n\n", email.text()].concat(),
            )?;
            for messages in [&plain, &with_line] {
                let sms = messages.sms(&dispatch);
                bodies += &format!("{language} {} {:?}\n{}\n\n", sms.units(), sms.encoding(), sms.body());
            }
        }
    }
    fs::write(folder.join("sms.txt"), bodies)?;
    Ok(())
}

/// The email of a verification that just started; the words of a text message are taken from it as well.
fn dispatch(language: &Locale, code_length: CodeLength) -> Option<Dispatch> {
    let record = Started::new(1)
        .recipient(Recipient::both(phone(), email()))
        .steps(vec![mail(), sms()])
        .limits(Limits { code_length, ..Limits::default() })
        .locale(language.clone())
        .record();
    Dispatch::new(&record, 0, &keyring(), EPOCH, &Identity::default())
}
