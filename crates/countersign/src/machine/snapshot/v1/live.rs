//! From live records to stored ones and back. What is read is checked: a store is not trusted to give back what it got.

use std::sync::Arc;

use smallvec::SmallVec;

use super::attempt::{Attempt, Phase};
use super::head::{Format, Limits, Policy, Recipient};
use super::step::Step;
use super::{CorruptRecord, Record};
use crate::brand::Brand;
use crate::id::{RecipientKey, VerificationId, WorkspaceId};
use crate::keyring::KeyId;
use crate::locale::Locale;
use crate::machine::host_data::HostData;
use crate::machine::start::Start;
use crate::machine::verification::{self, Body, Verification};
use crate::metadata::Metadata;
use crate::plan::{Plan, StepIndex};
use crate::purpose::Purpose;
use crate::time::Timestamp;

/// What is wrong with a part of a record.
pub(super) type Fault = &'static str;

pub(super) fn timestamp(millis: u64) -> Result<Timestamp, Fault> {
    if millis > Timestamp::MAX.as_millis() {
        return Err("a time after the year 9999");
    }
    Ok(Timestamp::from_millis(millis))
}

impl<'a, T: From<&'a str>> Record<T> {
    pub(in super::super) fn of(live: &'a Verification) -> Self {
        let body = &*live.body;
        Self {
            format: Format,
            id: body.id.as_uuid().into(),
            workspace: body.start.workspace.as_uuid().into(),
            recipient: Recipient::of(&body.start.recipient),
            recipient_key: super::bytes::Bytes16(*body.recipient_key.as_bytes()),
            locale: body.start.locale.as_str().into(),
            limits: Limits::of(&body.start.limits),
            policy: Policy::of(&body.start.policy),
            steps: body.start.plan.steps().iter().map(Step::of).collect(),
            salt: super::bytes::Bytes16(body.salt),
            key: body.key.get(),
            attempts: body.attempts.iter().map(Attempt::of).collect(),
            current_step: live.current_step.get(),
            failed_checks: live.failed_checks,
            updated_at: live.updated_at.as_millis(),
            phase: Phase::of(live.phase),
            metadata: live.metadata().map(|metadata| metadata.as_json().into()),
            purpose: live.purpose().map(|purpose| purpose.as_str().into()),
            brand: live.brand().map(|brand| brand.as_str().into()),
        }
    }
}

impl<T: AsRef<str>> Record<T> {
    pub(in super::super) fn into_live(self) -> Result<Verification, CorruptRecord> {
        let id = VerificationId::new(self.id.uuid()).map_err(|_| CorruptRecord::form("its id is not one of ours"))?;
        self.into_live_of(id).map_err(|fault| CorruptRecord::content(id, fault))
    }

    fn into_live_of(self, id: VerificationId) -> Result<Verification, Fault> {
        let recipient = self.recipient.into_live()?;
        let mut steps = Vec::with_capacity(self.steps.len());
        for step in self.steps {
            steps.push(step.into_live()?);
        }
        let plan = Plan::from_stored(steps, &recipient).map_err(|_| "a plan that cannot reach the recipient")?;
        let mut attempts = SmallVec::with_capacity(self.attempts.len());
        for attempt in self.attempts {
            attempts.push(attempt.into_live()?);
        }
        let start = Start {
            workspace: WorkspaceId::new(self.workspace.uuid()),
            limits: self.limits.into_live()?,
            policy: self.policy.into_live()?,
            recipient,
            plan,
            locale: Locale::from_stored(self.locale.as_ref()).ok_or("a malformed locale")?,
            host_data: HostData::new(
                stored(self.metadata, Metadata::from_stored, "malformed metadata")?,
                stored(self.purpose, Purpose::from_stored, "a malformed purpose")?,
                stored(self.brand, Brand::from_stored, "a malformed brand")?,
            ),
        };
        let body = Body {
            id,
            salt: self.salt.0,
            key: KeyId::new(self.key),
            start,
            recipient_key: RecipientKey::from_bytes(self.recipient_key.0),
            attempts,
        };
        let live = Verification {
            body: Arc::new(body),
            current_step: StepIndex::new(self.current_step),
            failed_checks: self.failed_checks,
            updated_at: timestamp(self.updated_at)?,
            phase: self.phase.into_live()?,
        };
        match contradiction(&live) {
            Some(fault) => Err(fault),
            None => Ok(live),
        }
    }
}

fn stored<T: AsRef<str>, L>(text: Option<T>, read: fn(&str) -> Option<L>, fault: Fault) -> Result<Option<L>, Fault> {
    text.map(|text| read(text.as_ref()).ok_or(fault)).transpose()
}

/// Finds parts that contradict each other.
fn contradiction(live: &Verification) -> Option<Fault> {
    use verification::Phase;
    let (body, attempts) = (&*live.body, live.body.attempts.as_slice());
    let has_step = |step: StepIndex| usize::from(step.get()) < body.start.plan.steps().len();
    let max_attempts = body.start.limits.max_attempts.get();
    let checks_fit = match live.phase {
        Phase::Failed { .. } => live.failed_checks == max_attempts,
        Phase::Open | Phase::Verified { .. } | Phase::Expired { .. } | Phase::Canceled { .. } => {
            live.failed_checks < max_attempts
        }
    };
    let credited_exists = live.credited_attempt().is_none_or(|(credited, _)| usize::from(credited) < attempts.len());
    if body.id.tag() != body.recipient_key.tag() {
        Some("an id of another recipient")
    } else if !has_step(live.current_step) {
        Some("a current step outside the plan")
    } else if attempts.is_empty() || attempts.len() > usize::from(body.start.policy.message_cap()) {
        Some("no attempt, or more than its policy allows")
    } else if !attempts.iter().all(|attempt| has_step(attempt.step)) {
        Some("an attempt of a step outside the plan")
    } else if !checks_fit {
        Some("a count of wrong codes that does not fit its state")
    } else if !credited_exists {
        Some("credit for an attempt that does not exist")
    } else if live.updated_at < body.id.created_at() {
        Some("a change before its start")
    } else {
        None
    }
}
