//! A dispatch as a test asks for it.

use std::sync::LazyLock;
use std::time::Duration;

use countersign::{
    Brand, CodeLength, Dispatch, Identity, Limits, Locale, MaxAttempts, Platform, Recipient, Route, Step, Template,
    Timeout,
};
use countersign_messages::{Messages, MessagesBuilder};
use countersign_testkit::fixtures::{EPOCH, Started, channel, email, keyring, phone};

/// The shipped languages, by tag.
pub(crate) const LANGUAGES: [&str; 12] = ["af", "ar", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr"];

pub(crate) fn brand(name: &str) -> Brand {
    Brand::parse(name).expect("a brand")
}

pub(crate) fn locale(tag: &str) -> Locale {
    Locale::parse(tag).expect("a language tag")
}

/// Messages of a brand that no test looks for.
pub(crate) fn builder() -> MessagesBuilder {
    Messages::builder(brand("Nobody"))
}

pub(crate) fn shipped() -> Messages {
    static SHIPPED: LazyLock<Messages> = LazyLock::new(|| builder().build().expect("what is shipped is whole"));
    SHIPPED.clone()
}

/// By default a text message for Acme in English, with 6 digits and 10 minutes left.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) seed: u64,
    pub(crate) locale: Locale,
    pub(crate) platform: Platform,
    pub(crate) template: Option<Template>,
    pub(crate) digits: u8,
    pub(crate) brand: Brand,
    pub(crate) left: Duration,
}

impl Asked {
    pub(crate) fn in_language(tag: &str) -> Self {
        Self {
            seed: 1,
            locale: locale(tag),
            platform: Platform::Sms,
            template: None,
            digits: 6,
            brand: brand("Acme"),
            left: Duration::from_secs(600),
        }
    }

    pub(crate) fn platform(mut self, platform: Platform) -> Self {
        self.platform = platform;
        self
    }

    pub(crate) fn template(mut self, template: Template) -> Self {
        self.template = Some(template);
        self
    }

    pub(crate) const fn digits(mut self, digits: u8) -> Self {
        self.digits = digits;
        self
    }

    pub(crate) fn brand(mut self, name: &str) -> Self {
        self.brand = brand(name);
        self
    }

    pub(crate) const fn minutes(mut self, minutes: u64) -> Self {
        self.left = Duration::from_secs(60 * minutes);
        self
    }

    pub(crate) fn dispatch(self) -> Dispatch {
        let mut step = Step::new(Route::Channel(channel(1)), self.platform);
        if let Some(template) = self.template {
            step = step.with_template(template);
        }
        let limits = Limits {
            code_length: CodeLength::new(self.digits).expect("6 to 12 digits"),
            timeout: Timeout::MAX,
            max_attempts: MaxAttempts::default(),
        };
        let now = EPOCH.saturating_add(Duration::from_secs(3600) - self.left);
        let record = Started::new(self.seed)
            .recipient(Recipient::both(phone(), email()))
            .steps(vec![step])
            .limits(limits)
            .locale(self.locale)
            .record();
        let identity = Identity { brand: Some(self.brand), ..Identity::default() };
        Dispatch::new(&record, 0, &keyring(), now, &identity).expect("a started record has an attempt")
    }
}

/// What a text message says when nothing else is asked for.
pub(crate) fn sms_in(messages: &Messages, tag: &str) -> String {
    let dispatch = Asked::in_language(tag).dispatch();
    messages.sms(&dispatch).body().replace(dispatch.code().expose(), "CODE")
}
