use countersign::{
    ChannelId, EmailAddress, Locale, NavigatorId, PhoneNumber, Plan, Recipient, RequestedStep, Route, StartRequest,
};
use serde::{Deserialize, Deserializer};

use crate::invalid::{InvalidRequest, NO_STEPS, too_many_steps};
use crate::json::Json;
use crate::reading::{self, Place, Properties};
use crate::template;

mod body;

/// The body of `POST …/verify` (contract, section 2): a [`StartRequest`] as the wire spells it.
///
/// What the body does not say is left to the service. Every value is parsed; whether the steps reach the person is decided
/// by the service that starts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartBody(StartRequest);

impl StartBody {
    /// Parses a body.
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
            // All of them before the first `?`: every fault is reported at once.
            let max_attempts = fields.number("maxAttempts", noted);
            let timeout = fields.number("timeout", noted);
            let code_length = fields.number("codeLength", noted);
            let mut request = StartRequest::new(recipient?);
            (request.steps, request.locale) = (steps, locale);
            (request.max_attempts, request.timeout, request.code_length) = (max_attempts, timeout, code_length);
            Some(Self(request))
        });
        let request = faults.into_result(request)?;
        // What cannot be read has left a fault.
        request.ok_or_else(|| InvalidRequest::single(".", "value must be a start request"))
    }
}

impl TryFrom<StartRequest> for StartBody {
    type Error = InvalidRequest;

    /// Takes a request that the wire can spell.
    ///
    /// # Errors
    /// [`InvalidRequest`] with every step that may be left out ([`step_if_reachable`](StartRequest::step_if_reachable)): whether
    /// a step reaches the person is known to the service, and the wire has no word for it.
    fn try_from(request: StartRequest) -> Result<Self, InvalidRequest> {
        let mut faults = InvalidRequest::default();
        for (index, _) in request.steps.iter().enumerate().filter(|(_, step)| step.if_reachable) {
            let sentence =
                "the wire cannot ask for a step only if it reaches the person: drop it, or ask for it always";
            faults.add(format!(".steps[{index}]"), sentence);
        }
        faults.into_result(Self(request))
    }
}

impl From<StartBody> for StartRequest {
    fn from(body: StartBody) -> Self {
        body.0
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
    if given == [false; 2] {
        place.fault(NOBODY, faults);
    }
    Recipient::from_parts(phone, email)
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
    let template = fields.get("template").and_then(|template| template::read_sent(&template, faults));
    let route = channel.map(Route::Channel).or_else(|| navigator.map(Route::Navigator))?;
    Some(RequestedStep { template, ..route.into() })
}

impl<'de> Deserialize<'de> for StartBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&Json::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
