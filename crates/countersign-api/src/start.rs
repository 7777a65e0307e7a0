use countersign::{
    ChannelId, CodeLength, EmailAddress, Limits, Locale, MaxAttempts, NavigatorId, PhoneNumber, Plan, Recipient,
    Request, RequestedStep, Route, Timeout,
};
use serde::{Deserialize, Deserializer};

use crate::invalid::{InvalidRequest, NO_STEPS, too_many_steps};
use crate::json::Json;
use crate::reading::{self, Place, Properties};

mod body;
mod template;

/// What a start asks for, as the wire has it (contract, section 2): the body of `POST …/verify`.
///
/// What is not said is left to the service: three wrong codes, ten minutes, six digits, and the language of the phone
/// number's country. Every value in it is sound; whether the steps reach the person is for the service to say.
#[derive(Debug, Clone)]
pub struct StartRequest {
    recipient: Recipient,
    steps: Vec<RequestedStep>,
    locale: Option<Locale>,
    max_attempts: Option<MaxAttempts>,
    timeout: Option<Timeout>,
    code_length: Option<CodeLength>,
}

impl StartRequest {
    /// A request without steps; it needs at least one.
    #[must_use]
    pub fn new(recipient: impl Into<Recipient>) -> Self {
        let recipient = recipient.into();
        Self { recipient, steps: Vec::new(), locale: None, max_attempts: None, timeout: None, code_length: None }
    }

    /// With one more step, behind the others.
    #[must_use]
    pub fn step(mut self, step: impl Into<RequestedStep>) -> Self {
        self.steps.push(step.into());
        self
    }

    /// In that language.
    #[must_use]
    pub fn locale(mut self, locale: Locale) -> Self {
        self.locale = Some(locale);
        self
    }

    /// With that many wrong codes before it fails.
    #[must_use]
    pub const fn max_attempts(mut self, max_attempts: MaxAttempts) -> Self {
        self.max_attempts = Some(max_attempts);
        self
    }

    /// With that time before it expires.
    #[must_use]
    pub const fn timeout(mut self, timeout: Timeout) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// With a code of that many digits.
    #[must_use]
    pub const fn code_length(mut self, code_length: CodeLength) -> Self {
        self.code_length = Some(code_length);
        self
    }

    /// Reads a body.
    ///
    /// # Errors
    /// [`InvalidRequest`] with every fault of it under its path: properties that the contract does not have, values of
    /// another type or out of range, addresses and languages that are none, steps that name no channel or two.
    pub fn from_json(body: &[u8]) -> Result<Self, InvalidRequest> {
        reading::body(body, Self::read)
    }

    fn read(value: &Json<'_>) -> Result<Self, InvalidRequest> {
        const ADMITTED: &[&str] = &["identifier", "steps", "locale", "maxAttempts", "timeout", "codeLength"];
        let mut faults = InvalidRequest::default();
        let noted = &mut faults;
        let request = Place::root(value).object(ADMITTED, noted).and_then(|fields| {
            let recipient = recipient(&fields, noted);
            let steps = steps(&fields, noted);
            let locale = fields.parsed("locale", Locale::parse, noted);
            let max_attempts = fields.number("maxAttempts", noted);
            let timeout = fields.number("timeout", noted);
            let code_length = fields.number("codeLength", noted);
            Some(Self { recipient: recipient?, steps, locale, max_attempts, timeout, code_length })
        });
        let request = faults.into_result(request)?;
        // What cannot be read has left a fault.
        request.ok_or_else(|| InvalidRequest::of(".", "value must be a start request"))
    }
}

impl From<StartRequest> for Request {
    fn from(start: StartRequest) -> Self {
        let limits = Limits {
            max_attempts: start.max_attempts.unwrap_or_default(),
            timeout: start.timeout.unwrap_or_default(),
            code_length: start.code_length.unwrap_or_default(),
        };
        let request = start.steps.into_iter().fold(Self::new(start.recipient).limits(limits), Self::step);
        match start.locale {
            Some(locale) => request.locale(locale),
            None => request,
        }
    }
}

fn recipient(fields: &Properties<'_, '_>, faults: &mut InvalidRequest) -> Option<Recipient> {
    const NOBODY: &str = "a phonenumber or an emailaddress is needed: give at least one";
    let Some(place) = fields.get("identifier") else {
        fields.fault("identifier", NOBODY, faults);
        return None;
    };
    let identifier = place.object(&["phonenumber", "emailaddress"], faults)?;
    let given = ["phonenumber", "emailaddress"].map(|name| identifier.get(name).is_some());
    let phone = identifier.parsed("phonenumber", PhoneNumber::parse, faults);
    let email = identifier.parsed("emailaddress", EmailAddress::parse, faults);
    match (phone, email) {
        (Some(phone), Some(email)) => Some(Recipient::both(phone, email)),
        (Some(phone), None) => Some(Recipient::phone(phone)),
        (None, Some(email)) => Some(Recipient::email(email)),
        (None, None) => {
            if given == [false; 2] {
                place.fault(NOBODY, faults);
            }
            None
        }
    }
}

/// The steps, as far as they can be read. How many there may be is the core's rule; it is told here too, so that it is
/// told together with all the rest.
fn steps(fields: &Properties<'_, '_>, faults: &mut InvalidRequest) -> Vec<RequestedStep> {
    let Some(place) = fields.get("steps") else {
        fields.fault("steps", NO_STEPS, faults);
        return Vec::new();
    };
    let Some(items) = place.items(faults) else { return Vec::new() };
    match items.len() {
        0 => place.fault(NO_STEPS, faults),
        1..=Plan::MAX_STEPS => {}
        _ => place.fault(too_many_steps(), faults),
    }
    items.filter_map(|item| step(&item, faults)).collect()
}

fn step(place: &Place<'_, '_>, faults: &mut InvalidRequest) -> Option<RequestedStep> {
    let fields = place.object(&["channelId", "navigatorId", "template"], faults)?;
    let given = ["channelId", "navigatorId"].map(|name| fields.get(name).is_some());
    match given {
        [false, false] => place.fault("a step needs a channelId or a navigatorId: name one", faults),
        [true, true] => place.fault("a step takes a channelId or a navigatorId, not both: drop one", faults),
        [true, false] | [false, true] => {}
    }
    let channel = fields.parsed("channelId", str::parse::<ChannelId>, faults);
    let navigator = fields.parsed("navigatorId", str::parse::<NavigatorId>, faults);
    let template = fields.get("template").and_then(|template| template::read(&template, faults));
    let route = channel.map(Route::Channel).or_else(|| navigator.map(Route::Navigator))?;
    Some(RequestedStep { template, ..route.into() })
}

impl<'de> Deserialize<'de> for StartRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&Json::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
