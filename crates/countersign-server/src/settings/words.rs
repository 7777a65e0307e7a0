use std::fmt::Display;
use std::path::Path;

use countersign::{Brand, Locale};
use countersign_messages::{AppHash, Autofill, Messages, WebOtpDomain};

use super::reader::{Item, Section};

/// Reads what messages say: `[words]`.
pub(super) fn read(file: &mut Section<'_>, folder: &Path) -> Option<Messages> {
    let brand = "write [words] with brand = \"…\", the name that messages speak for";
    let mut words = file.need("words", brand)?.section()?;
    let brand: Option<Brand> =
        words.need("brand", "write the name that messages speak for").and_then(|item| item.parsed());
    let code_key = words.get("template-code-key").and_then(|item| item.text());
    let code_in_subject = words.flag("code-in-subject");
    let languages = words.get("languages").map(|item| item.every(Item::parsed::<Locale>));
    let web_otp = words.parsed::<WebOtpDomain>("webotp-domain").map(Autofill::WebOtp);
    let app = words.get("app-hash").and_then(|item| {
        if web_otp.is_some() {
            return item.fault("only one of webotp-domain and app-hash can end a message: drop one");
        }
        item.parsed::<AppHash>().map(Autofill::SmsRetriever)
    });
    let catalogues = words.get("catalogues").map_or(Some(Vec::new()), |item| item.every(Item::text));
    words.note_unknown();

    let mut builder = Messages::builder(brand?).code_in_subject(code_in_subject);
    if let Some(key) = code_key {
        builder = builder.template_parameter(key);
    }
    if let Some(languages) = languages {
        builder = builder.only(languages?);
    }
    if let Some(autofill) = web_otp.or(app) {
        builder = builder.autofill(autofill);
    }
    for path in catalogues? {
        builder = builder.load(folder.join(path));
    }
    let fault = |sentence: &dyn Display| words.fault(sentence);
    builder.build().map_err(|error| error.faults().iter().for_each(|each| fault(each))).ok()
}
