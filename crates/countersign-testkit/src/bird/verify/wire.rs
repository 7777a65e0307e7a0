use countersign::store::Page;
use countersign::{
    Address, Attempt, EngineError, PlanFault, PlanFaultKind, Refusal as Refused, Route, StepIndex, Timestamp,
    Verification, VerificationId,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::template;
use crate::bird::refusal::{Faults, Refusal};

/// The object of every answer (contract, section 2).
pub(super) fn verification(verification: &Verification, now: Timestamp) -> Value {
    let (recipient, limits) = (verification.recipient(), verification.limits());
    let mut identifier = Map::new();
    if let Some(phone) = recipient.phone_number() {
        identifier.insert("phonenumber".to_owned(), json!(phone));
    }
    if let Some(email) = recipient.email_address() {
        identifier.insert("emailaddress".to_owned(), json!(email));
    }
    let places = (0..=u8::MAX).map(StepIndex::new).zip(verification.steps());
    json!({
        "id": verification.id(),
        "identifier": identifier,
        "locale": verification.locale().as_str(),
        "maxAttempts": limits.max_attempts.get(),
        "failedAttempts": verification.failed_checks(),
        "timeout": limits.timeout.as_secs(),
        "codeLength": limits.code_length.get(),
        "status": verification.status(now).as_str(),
        "currentStepIndex": verification.current_step().get(),
        "steps": places.map(|(index, _)| step(verification, index)).collect::<Vec<_>>(),
        "createdAt": verification.created_at().to_string(),
        "updatedAt": verification.updated_at().to_string(),
        "expiresAt": verification.expires_at().to_string(),
    })
}

fn step(verification: &Verification, index: StepIndex) -> Value {
    let attempts = (0_u8..).zip(verification.attempts()).filter(|(_, attempt)| attempt.step() == index);
    let attempts: Vec<_> = attempts.map(|(number, made)| attempt(verification, number, made)).collect();
    let mut shown = json!({
        "status": verification.step_status(index).map(|status| status.as_str()),
        "attempts": attempts,
    });
    let step = verification.step(index);
    let (name, id) = match step.map(countersign::Step::route) {
        Some(Route::Navigator(navigator)) => ("navigatorId", Some(*navigator.as_uuid())),
        Some(Route::Channel(channel)) => ("channelId", Some(*channel.as_uuid())),
        None => ("channelId", None),
    };
    shown[name] = json!(id);
    shown["identifier"] = json!(verification.address_for_step(index).as_ref().map(address));
    if let Some(kept) = step.and_then(countersign::Step::template) {
        shown["template"] = template::shown(kept);
    }
    shown
}

fn attempt(verification: &Verification, number: u8, attempt: &Attempt) -> Value {
    let credited = verification.credited_attempt().filter(|(credited, _)| *credited == number);
    let mut shown = json!({ "status": attempt.status().as_str(), "verified": credited.is_some() });
    if let Some(message) = attempt.message_id() {
        shown["messageId"] = json!(message.to_string());
    }
    if let Some(sent_at) = attempt.sent_at() {
        shown["sentAt"] = json!(sent_at.to_string());
    }
    if let Some((_, verified_at)) = credited {
        shown["verifiedAt"] = json!(verified_at.to_string());
    }
    shown
}

/// An address as it is written on the wire.
pub(super) fn address(address: &Address) -> String {
    match address {
        Address::Phone(phone) => phone.to_e164(),
        Address::Email(email) => email.as_str().to_owned(),
    }
}

/// A page of a list; its token is opaque to clients.
pub(super) fn page(page: &Page, now: Timestamp) -> Value {
    let results: Vec<_> = page.verifications.iter().map(|item| verification(item, now)).collect();
    let mut shown = json!({ "results": results });
    if let Some(next) = page.next {
        shown["nextPageToken"] = json!(token(next));
    }
    shown
}

fn token(id: VerificationId) -> String {
    Uuid::from_u128(!id.as_uuid().as_u128()).simple().to_string()
}

/// What a token names, if we gave it.
pub(super) fn behind(token: &str) -> Option<VerificationId> {
    let flipped: Uuid = token.parse().ok()?;
    VerificationId::new(Uuid::from_u128(!flipped.as_u128())).ok()
}

/// Where a client finds what is wrong with its plan.
fn path(fault: &PlanFault) -> String {
    let property = match &fault.kind {
        PlanFaultKind::UnknownChannel(_) | PlanFaultKind::MissingAddress { route: Route::Channel(_), .. } => {
            "channelId"
        }
        PlanFaultKind::UnknownNavigator(_)
        | PlanFaultKind::NoServingChannel(_)
        | PlanFaultKind::MissingAddress { route: Route::Navigator(_), .. } => "navigatorId",
        PlanFaultKind::MissingTemplate { .. }
        | PlanFaultKind::ForbiddenTemplate { .. }
        | PlanFaultKind::TemplatesTooLarge => "template",
        PlanFaultKind::NoSteps
        | PlanFaultKind::TooManySteps
        | PlanFaultKind::NoReachableStep
        | PlanFaultKind::BrandTooLong => "",
    };
    fault.step.map_or_else(|| ".steps".to_owned(), |step| format!(".steps[{step}].{property}"))
}

/// The error as a client sees it (contract, section 4).
pub(super) fn refusal(error: EngineError) -> Refusal {
    let mut faults = Faults::default();
    if let EngineError::InvalidPlan(invalid) = &error {
        invalid.faults().iter().for_each(|fault| faults.add(&path(fault), fault.kind.to_string()));
    } else if let EngineError::Refused(Refused::WrongLength { .. }) = &error {
        faults.add(".code", error.to_string());
    } else if let EngineError::Refused(Refused::NoSuchStep { .. }) = &error {
        faults.add(".stepIndex", error.to_string());
    }
    if !faults.is_empty() {
        return Refusal::invalid(&faults);
    }
    let wait = error.retry_after();
    let (status, code) = match &error {
        EngineError::NotFound => return Refusal::of(404),
        EngineError::Refused(Refused::UnexpectedStatus(status)) => {
            let message = format!("Unexpected Verification Status: verification already {status}");
            return Refusal::of(400).with("UnexpectedVerificationStatus", message);
        }
        EngineError::Refused(Refused::MaxAttemptsReached) => (400, "MaxAttemptsReached"),
        EngineError::Refused(Refused::NoNextStep) => (400, "NoNextStep"),
        EngineError::Refused(Refused::Cooldown { .. } | Refused::MessageCap { .. }) => (429, "TooManyRequests"),
        EngineError::Contended => (503, "Contended"),
        EngineError::Unavailable(_) => (503, "StoreUnavailable"),
        EngineError::Full(_) => (503, "StoreFull"),
        EngineError::InvalidPlan(_)
        | EngineError::Refused(_)
        | EngineError::Corrupt(_)
        | EngineError::Entropy(_)
        | _ => (500, "InternalError"),
    };
    Refusal::of(status).with(code, error.to_string()).with_retry_after(wait)
}
