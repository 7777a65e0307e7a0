use countersign::{Plan, StepIndex};
use serde::{Deserialize, Deserializer, Serialize};

use crate::invalid::InvalidRequest;
use crate::json::Json;
use crate::reading::{self, Place};
#[cfg(feature = "openapi")]
use crate::schema::request as wire;

/// Which step a resend or a failover means, as the wire has it (contract, section 2).
///
/// The default names none: the current step for a resend, the next one for a failover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(as = StepChoice, description = "Which step is meant. No body at all is fine, too.")
)]
#[serde(rename_all = "camelCase")]
pub struct StepBody {
    /// The step, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::step_index))]
    pub step_index: Option<StepIndex>,
}

impl StepBody {
    /// Reads a body; none at all is fine.
    ///
    /// # Errors
    /// [`InvalidRequest`] with every fault under its path.
    pub fn from_json(body: &[u8]) -> Result<Self, InvalidRequest> {
        if body.is_empty() { Ok(Self::default()) } else { reading::body(body, Self::read) }
    }

    fn read(value: &Json<'_>) -> Result<Self, InvalidRequest> {
        let mut faults = InvalidRequest::default();
        let noted = &mut faults;
        let fields = Place::root(value).object(&["stepIndex"], noted);
        let place = fields.as_ref().and_then(|fields| fields.get("stepIndex"));
        let step_index = place.and_then(|place| {
            let index = place.integer(noted)?.parse().ok();
            if index.is_none() {
                place.fault(format!("a plan has at most {} steps, counted from 0", Plan::MAX_STEPS), noted);
            }
            index.map(StepIndex::new)
        });
        faults.into_result(Self { step_index })
    }
}

impl From<StepIndex> for StepBody {
    fn from(step: StepIndex) -> Self {
        Self { step_index: Some(step) }
    }
}

impl<'de> Deserialize<'de> for StepBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&Json::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
