use std::fmt::Display;

use countersign::{Brand, Locale};
use countersign_messages::{AppHash, Autofill, Messages, WebOtpDomain};

use super::reader::{Item, Section};

/// Reads the texts of messages: `[messages]`.
pub(super) fn read(file: &mut Section<'_>) -> Option<Messages> {
    let brand = "write [messages] with brand = \"…\", the sender's name in messages";
    let mut section = file.require("messages", brand)?.section()?;
    let brand: Option<Brand> =
        section.require("brand", "write the sender's name in messages").and_then(|item| item.parsed());
    let code_key = section.get("template-code-key").and_then(|item| item.text());
    let code_in_subject = section.flag("code-in-subject");
    let languages = section.get("languages").map(|item| item.each(Item::parsed::<Locale>));
    let web_otp = section.parsed::<WebOtpDomain>("webotp-domain").map(Autofill::WebOtp);
    let app = section.get("app-hash").and_then(|item| {
        if web_otp.is_some() {
            return item.fault("a message ends with webotp-domain or app-hash, not both: remove one");
        }
        item.parsed::<AppHash>().map(Autofill::SmsRetriever)
    });
    let catalogues = section.get("catalogues").map_or(Some(Vec::new()), |item| item.each(Item::path));
    section.finish();

    let mut builder = Messages::builder(brand?).code_in_subject(code_in_subject);
    if let Some(key) = code_key {
        builder = builder.template_parameter(key);
    }
    if let Some(languages) = languages {
        builder = builder.languages(languages?);
    }
    if let Some(autofill) = web_otp.or(app) {
        builder = builder.autofill(autofill);
    }
    for path in catalogues? {
        builder = builder.catalogue_path(path);
    }
    let fault = |sentence: &dyn Display| section.fault(sentence);
    builder.build().map_err(|error| error.faults().iter().for_each(|each| fault(each))).ok()
}
