//! The plan of a verification: which steps reach the recipient, and in which order.
//!
//! It decides what makes a plan sound. Which channel a navigator chooses is decided in the directory.

use std::sync::Arc;

use crate::address::Recipient;
use crate::machine::size_of_template;
use crate::platform::TemplateRule;

mod fault;
mod requested;
mod step;

pub use fault::{InvalidPlan, PlanFault, PlanFaultKind};
pub use requested::RequestedStep;
pub use step::{Route, Step, StepIndex};

/// The steps of a verification in failover order: at least one, at most [`Plan::MAX_STEPS`], each able to reach the
/// recipient it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan(Arc<[Step]>);

impl Plan {
    /// The maximum number of steps. It bounds the size of a record.
    pub const MAX_STEPS: usize = 16;

    /// The most bytes that the templates of a plan take together as they are stored, those that channels add included:
    /// 8 KiB. It bounds the size of a record, which a store keeps for as long as its retention.
    pub const MAX_TEMPLATE_BYTES: usize = 8 * 1024;

    /// Checks steps against the recipient they are to reach.
    ///
    /// # Errors
    /// [`InvalidPlan`] with every fault: a platform whose address the recipient lacks, a template missing or out of
    /// place, templates that are too large together. No steps, or too many, is reported alone.
    pub fn new(steps: Vec<Step>, recipient: &Recipient) -> Result<Self, InvalidPlan> {
        Self::check_count(steps.len())?;
        Self::of_indexed(StepIndex::all().zip(steps).collect(), recipient)
    }

    /// Checks a number of steps, which from then on have an index each.
    pub(crate) fn check_count(count: usize) -> Result<(), InvalidPlan> {
        let kind = match count {
            0 => PlanFaultKind::NoSteps,
            1..=Self::MAX_STEPS => return Ok(()),
            _ => PlanFaultKind::TooManySteps,
        };
        Err(PlanFault { step: None, kind }.into())
    }

    /// Checks steps that keep the index they were requested under: some may have been left out. There is at least one.
    pub(crate) fn of_indexed(steps: Vec<(StepIndex, Step)>, recipient: &Recipient) -> Result<Self, InvalidPlan> {
        let mut room = Self::MAX_TEMPLATE_BYTES;
        let mut faults = Vec::new();
        for (index, template) in steps.iter().filter_map(|(index, step)| Some((*index, step.template()?))) {
            match room.checked_sub(size_of_template(template)) {
                Some(left) => room = left,
                None => faults.push(PlanFault { step: Some(index), kind: PlanFaultKind::TemplatesTooLarge }),
            }
        }
        faults.extend(steps.iter().flat_map(|(index, step)| step_faults(*index, step, recipient)));
        InvalidPlan::check(faults)?;
        Ok(Self(steps.into_iter().map(|(_, step)| step).collect()))
    }

    /// Checks steps that were stored: together with the rest of their record they had room.
    pub(crate) fn from_stored(steps: Vec<Step>, recipient: &Recipient) -> Result<Self, InvalidPlan> {
        Self::check_count(steps.len())?;
        let faults = StepIndex::all().zip(&steps).flat_map(|(index, step)| step_faults(index, step, recipient));
        InvalidPlan::check(faults.collect())?;
        Ok(Self(steps.into()))
    }

    /// Returns the steps in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }
}

fn step_faults(index: StepIndex, step: &Step, recipient: &Recipient) -> impl Iterator<Item = PlanFault> {
    let kinds = [address_fault(step, recipient), template_fault(step)];
    kinds.into_iter().flatten().map(move |kind| PlanFault { step: Some(index), kind })
}

fn address_fault(step: &Step, recipient: &Recipient) -> Option<PlanFaultKind> {
    if step.platform().reaches(recipient) {
        return None;
    }
    Some(PlanFaultKind::MissingAddress { route: step.route(), platform: step.platform().clone() })
}

fn template_fault(step: &Step) -> Option<PlanFaultKind> {
    let platform = step.platform();
    match (platform.template_rule(), step.template()) {
        (TemplateRule::Required, None) => Some(PlanFaultKind::MissingTemplate { platform: platform.clone() }),
        (TemplateRule::Forbidden, Some(_)) => Some(PlanFaultKind::ForbiddenTemplate { platform: platform.clone() }),
        (TemplateRule::Required | TemplateRule::Optional, Some(_))
        | (TemplateRule::Optional | TemplateRule::Forbidden, None) => None,
    }
}
