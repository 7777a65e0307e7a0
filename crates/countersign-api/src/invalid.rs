use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use countersign::{InvalidPlan, PlanFault};

mod plan;
pub(crate) mod range;

pub(crate) use plan::{NO_STEPS, too_many_steps};

/// Everything that is wrong with a request, by the path of what is wrong: `.steps[0].channelId`.
///
/// Paths and sentences are those of the wire (contract, section 4). No sentence repeats what was submitted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InvalidRequest {
    faults: BTreeMap<Cow<'static, str>, Vec<Cow<'static, str>>>,
}

impl InvalidRequest {
    /// Builds a request with one fault.
    #[must_use]
    pub fn single(path: impl Into<Cow<'static, str>>, fault: impl Into<Cow<'static, str>>) -> Self {
        let mut request = Self::default();
        request.add(path, fault);
        request
    }

    /// Adds a fault. The sentence says what to do.
    pub fn add(&mut self, path: impl Into<Cow<'static, str>>, fault: impl Into<Cow<'static, str>>) {
        self.faults.entry(path.into()).or_default().push(fault.into());
    }

    /// Returns the value when there is no fault.
    ///
    /// # Errors
    /// The faults, when there are any.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.faults.is_empty() { Ok(value) } else { Err(self) }
    }

    /// Returns the faults, by path.
    pub fn faults(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
        self.faults.iter().map(|(path, faults)| (path.as_ref(), faults.iter().map(AsRef::as_ref)))
    }
}

impl From<&InvalidPlan> for InvalidRequest {
    /// Spells the faults of a plan as the wire does.
    fn from(plan: &InvalidPlan) -> Self {
        let mut request = Self::default();
        for PlanFault { step, kind } in plan.faults() {
            request.add(plan::path(*step, kind), plan::sentence(kind));
        }
        request
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request is invalid")?;
        for (path, faults) in &self.faults {
            for fault in faults {
                write!(f, "; {path}: {fault}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for InvalidRequest {}
