use countersign::{StepIndex, Timestamp, Verification, VerificationStatus};
use serde::{Deserialize, Deserializer, Serialize};

use crate::id::RecordId;
use crate::identifier::Identifier;
use crate::instant;
use crate::open::Open;
#[cfg(feature = "openapi")]
use crate::schema::record as wire;

mod page;
mod step;

pub use page::RecordPage;
pub use step::{AttemptRecord, StepRecord};

/// A verification as the wire shows it (contract, section 2).
///
/// There is no code in it, nor its salt, nor its key. Reading one passes over properties that it does not know, and
/// keeps statuses that it does not know as words. Addresses are masked in `Debug`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Verification, description = "One try to prove that a person holds a phone number or an email address. The code is never in it."))]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::id))]
    pub id: RecordId,
    /// Who is to prove something.
    pub identifier: Identifier,
    /// The language of its messages, a BCP 47 tag.
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::locale))]
    pub locale: String,
    /// Wrong codes before it fails.
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::max_attempts))]
    pub max_attempts: u32,
    /// Wrong codes so far.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::failed_attempts, required))]
    pub failed_attempts: u32,
    /// Seconds from its start until it expires.
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::timeout))]
    pub timeout: u32,
    /// Digits of its code.
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::code_length))]
    pub code_length: u32,
    /// Where it stands.
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::status))]
    pub status: Open<VerificationStatus>,
    /// The step that is being tried, from 0.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::current_step_index, required))]
    pub current_step_index: u32,
    /// Its plan, in failover order.
    #[serde(default, deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub steps: Vec<StepRecord>,
    /// When it started.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::created_at))]
    pub created_at: Timestamp,
    /// When it last changed.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::updated_at))]
    pub updated_at: Timestamp,
    /// From when on it can no longer be verified.
    #[serde(with = "instant")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::expires_at))]
    pub expires_at: Timestamp,
}

impl Record {
    /// Shows a verification as it stands at that time: an expired one says so, whether or not a timer ran.
    #[must_use]
    pub fn new(verification: &Verification, now: Timestamp) -> Self {
        let limits = verification.limits();
        let steps = (0..=u8::MAX).map(StepIndex::new).zip(verification.steps());
        Self {
            id: verification.id().into(),
            identifier: verification.recipient().into(),
            locale: verification.locale().as_str().to_owned(),
            max_attempts: limits.max_attempts.get().into(),
            failed_attempts: verification.failed_checks().into(),
            timeout: limits.timeout.as_secs().into(),
            code_length: limits.code_length.get().into(),
            status: verification.status(now).into(),
            current_step_index: verification.current_step().get().into(),
            steps: steps.map(|(index, step)| StepRecord::of(verification, index, step)).collect(),
            created_at: verification.created_at(),
            updated_at: verification.updated_at(),
            expires_at: verification.expires_at(),
        }
    }

    /// Whether the person has proved it. Nothing else lets anybody in.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.status == VerificationStatus::Verified
    }
}

/// Services write `null` for an empty list or a zero, too.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
