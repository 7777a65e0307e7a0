use std::fmt;

use countersign::{
    Address, Attempt, AttemptStatus, ChannelId, NavigatorId, Route, Step, StepIndex, StepStatus, Timestamp,
    Verification,
};
use serde::{Deserialize, Serialize};

use super::or_default;
use crate::identifier::Masked;
use crate::instant;
use crate::open::Open;
#[cfg(feature = "openapi")]
use crate::schema::record as wire;
use crate::template::TemplateRecord;

/// One way of a plan to reach the person, as the wire shows it. The address is masked in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VerificationStep, description = "One way of the plan to reach the person."))]
#[serde(rename_all = "camelCase")]
pub struct StepRecord {
    /// The channel it names, unless it names a navigator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::channel_id))]
    pub channel_id: Option<ChannelId>,
    /// The navigator it names, unless it names a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::navigator_id))]
    pub navigator_id: Option<NavigatorId>,
    /// The address that it sends to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::step_identifier))]
    pub identifier: Option<String>,
    /// The provider's template, as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::template))]
    pub template: Option<TemplateRecord>,
    /// Where it stands.
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::step_status))]
    pub status: Open<StepStatus>,
    /// Its messages, in the order of preparation.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub attempts: Vec<AttemptRecord>,
}

/// One message of a step, as the wire shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VerificationAttempt, description = "One message of a step."))]
#[serde(rename_all = "camelCase")]
pub struct AttemptRecord {
    /// What its provider calls it, as far as known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::message_id))]
    pub message_id: Option<String>,
    /// Where it stands.
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::attempt_status))]
    pub status: Open<AttemptStatus>,
    /// Whether its code came back.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::verified, required))]
    pub verified: bool,
    /// When a provider took it, as far as known.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "instant::optional")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::sent_at))]
    pub sent_at: Option<Timestamp>,
    /// When its code came back.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "instant::optional")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::verified_at))]
    pub verified_at: Option<Timestamp>,
}

impl StepRecord {
    pub(super) fn of(verification: &Verification, index: StepIndex, step: &Step) -> Self {
        let (channel_id, navigator_id) = match step.route() {
            Route::Channel(id) => (Some(id), None),
            Route::Navigator(id) => (None, Some(id)),
        };
        let numbered = (0_u8..).zip(verification.attempts()).filter(|(_, attempt)| attempt.step() == index);
        Self {
            channel_id,
            navigator_id,
            identifier: verification.address_for_step(index).map(spelled),
            template: step.template().map(TemplateRecord::from),
            status: verification.step_status(index).unwrap_or(StepStatus::Unused).into(),
            attempts: numbered.map(|(number, attempt)| AttemptRecord::of(verification, number, attempt)).collect(),
        }
    }
}

impl AttemptRecord {
    fn of(verification: &Verification, number: u8, attempt: &Attempt) -> Self {
        let verified_at = verification.credited_attempt().filter(|(credited, _)| *credited == number).map(|(_, at)| at);
        Self {
            message_id: attempt.message_id().map(ToString::to_string),
            status: attempt.status().into(),
            verified: verified_at.is_some(),
            sent_at: attempt.sent_at(),
            verified_at,
        }
    }
}

impl fmt::Debug for StepRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepRecord")
            .field("channel_id", &self.channel_id)
            .field("navigator_id", &self.navigator_id)
            .field("identifier", &self.identifier.as_deref().map(Masked))
            .field("template", &self.template)
            .field("status", &self.status)
            .field("attempts", &self.attempts)
            .finish()
    }
}

fn spelled(address: Address) -> String {
    match address {
        Address::Phone(phone) => phone.to_e164(),
        Address::Email(email) => email.as_str().to_owned(),
    }
}
