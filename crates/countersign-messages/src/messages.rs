//! Writing messages.

use std::borrow::Cow;
use std::sync::Arc;

use countersign::{Brand, Dispatch, Locale, Platform};

use crate::autofill::Autofill;
use crate::builder::MessagesBuilder;
use crate::catalogue::{Catalogue, Fill};
use crate::email::Email;
use crate::fault::MessagesError;
use crate::message::Message;
use crate::minutes::Minutes;
use crate::negotiate::Languages;
use crate::out::written;
use crate::sms::Sms;
use crate::template::FilledTemplate;
use crate::text::Text;

/// Writes what a person reads, in the person's language.
///
/// Everything that can be wrong shows when it is built; writing a message cannot fail. Cheap to clone.
///
/// The language is that of the step's template, if it names one that can be read, else the verification's. When there are no
/// words in it, those of its parents in CLDR are taken (`pt-AO` → `pt-PT` → `pt`), and English at last.
#[derive(Debug, Clone)]
pub struct Messages(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    brand: Brand,
    languages: Languages,
    autofill: Option<Autofill>,
    code_in_subject: bool,
    template_parameter: String,
}

impl Messages {
    /// With the shipped languages and no autofill line. The brand is for dispatches whose channel names none.
    ///
    /// A brand of more than 11 UTF-16 units is fine for email; text messages may then take more than one segment, which
    /// [`Sms::fits_one_segment`] tells.
    ///
    /// # Errors
    /// None today: what is shipped is whole.
    pub fn new(brand: Brand) -> Result<Self, MessagesError> {
        Self::builder(brand).build()
    }

    /// With settings and catalogues of the host.
    pub fn builder(brand: Brand) -> MessagesBuilder {
        MessagesBuilder::new(brand)
    }

    pub(crate) fn from_parts(
        brand: Brand,
        languages: Languages,
        autofill: Option<Autofill>,
        code_in_subject: bool,
        template_parameter: String,
    ) -> Self {
        Self(Arc::new(Inner { brand, languages, autofill, code_in_subject, template_parameter }))
    }

    /// A text message: the longest wording that fits one segment.
    #[must_use]
    pub fn sms(&self, dispatch: &Dispatch) -> Sms {
        let (catalogue, words) = self.words(dispatch, |catalogue| catalogue.sms.as_ref());
        Sms::write(words, &catalogue.language, self.fill(dispatch), self.0.autofill.as_ref())
    }

    /// An email: subject, plain text and HTML.
    #[must_use]
    pub fn email(&self, dispatch: &Dispatch) -> Email {
        let (catalogue, words) = self.words(dispatch, |catalogue| catalogue.email.as_ref());
        Email::write(words, catalogue, self.fill(dispatch), self.0.code_in_subject)
    }

    /// The step's template with the code in it; none when the step has no template.
    #[must_use]
    pub fn template(&self, dispatch: &Dispatch) -> Option<FilledTemplate> {
        let step = dispatch.step();
        let template = step.template()?;
        Some(FilledTemplate::new(template, step.platform(), &self.0.template_parameter, dispatch.code().expose()))
    }

    /// Whatever suits the platform: the filled template of a step that has one, else a text message, an email, or for
    /// platforms of the host's own the words of a text message of any length.
    #[must_use]
    pub fn render(&self, dispatch: &Dispatch) -> Message {
        if let Some(template) = self.template(dispatch) {
            return Message::Template(template);
        }
        match dispatch.step().platform() {
            Platform::Sms => Message::Sms(self.sms(dispatch)),
            Platform::Email => Message::Email(self.email(dispatch)),
            Platform::WhatsApp | Platform::Custom(_) => Message::Text(self.text(dispatch)),
            // The core may learn more platforms.
            _ => Message::Text(self.text(dispatch)),
        }
    }

    /// The languages that there are words in, by tag. One that the host added may have them for one kind of message only.
    pub fn languages(&self) -> impl Iterator<Item = &Locale> {
        self.0.languages.iter().map(|catalogue| &catalogue.language)
    }

    fn text(&self, dispatch: &Dispatch) -> Text {
        let (catalogue, words) = self.words(dispatch, |catalogue| catalogue.sms.as_ref());
        let fill = self.fill(dispatch);
        let body = written(|out| words.full.at(fill.minutes).write(fill, out));
        Text { body, language: catalogue.language.clone() }
    }

    fn fill<'a>(&'a self, dispatch: &'a Dispatch) -> Fill<'a> {
        Fill {
            code: dispatch.code().expose(),
            brand: dispatch.brand().unwrap_or(&self.0.brand).as_str(),
            minutes: Minutes::left(dispatch.valid_for()),
        }
    }

    #[allow(clippy::expect_used, reason = "building refuses to go on without all of English")]
    fn words<'a, T>(&'a self, dispatch: &Dispatch, of: fn(&'a Catalogue) -> Option<&'a T>) -> (&'a Catalogue, &'a T) {
        self.0
            .languages
            .find(&language_of(dispatch), |catalogue| of(catalogue).map(|words| (catalogue, words)))
            .expect("English has words for every kind of message")
    }
}

/// The template's language, if it names one, else the verification's.
fn language_of(dispatch: &Dispatch) -> Cow<'_, Locale> {
    let of_template = dispatch.step().template().and_then(|template| template.locale.as_deref());
    // Providers also write `pt_BR`. What cannot be read is theirs to understand.
    match of_template.and_then(|tag| Locale::parse(&tag.replace('_', "-")).ok()) {
        Some(locale) => Cow::Owned(locale),
        None => Cow::Borrowed(dispatch.locale()),
    }
}
