use std::fmt;

use super::Plan;
use super::step::{Route, StepIndex};
use crate::address::AddressKind;
use crate::brand::Brand;
use crate::id::{ChannelId, NavigatorId};
use crate::platform::Platform;

/// Every fault of a plan that cannot be carried out.
///
/// It holds no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPlan {
    faults: Vec<PlanFault>,
}

/// One fault of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFault {
    /// The step at fault, by its place in the request; `None` for a fault of the plan as a whole.
    pub step: Option<StepIndex>,
    /// What is wrong.
    pub kind: PlanFaultKind,
}

/// What is wrong with a plan.
///
/// It is exhaustive, so that whoever shows faults to a person or on a wire shows all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanFaultKind {
    /// The plan has no step.
    NoSteps,
    /// More than [`Plan::MAX_STEPS`] steps were requested, those that would be left out included.
    TooManySteps,
    /// Every step was left out, as [`RequestedStep::if_reachable`](super::RequestedStep::if_reachable) allows.
    NoReachableStep,
    /// The engine has no such channel.
    UnknownChannel(ChannelId),
    /// The engine has no such navigator.
    UnknownNavigator(NavigatorId),
    /// No channel of the navigator serves the recipient: none is for their country, sends to an address that they have,
    /// and suits the template.
    NoServingChannel(NavigatorId),
    /// The recipient lacks the address that the platform sends to ([`Platform::address_kind`]).
    MissingAddress {
        /// The channel or navigator that the step names.
        route: Route,
        /// The platform of the step.
        platform: Platform,
    },
    /// The platform requires a template, and neither the step nor its channel has one.
    MissingTemplate {
        /// The platform of the step.
        platform: Platform,
    },
    /// The template does not fit: those of a plan have at most [`Plan::MAX_TEMPLATE_BYTES`] together.
    TemplatesTooLarge,
    /// The step sends an SMS, which has no room for the brand that the start gave: see
    /// [`Brand::fits_sms`](crate::Brand::fits_sms).
    BrandTooLong,
    /// The platform takes no template, and the step brings one.
    ForbiddenTemplate {
        /// The platform of the step.
        platform: Platform,
    },
}

impl InvalidPlan {
    /// Returns the faults, in the order of the steps. There is at least one.
    #[must_use]
    pub fn faults(&self) -> &[PlanFault] {
        &self.faults
    }

    pub(crate) fn check(faults: Vec<PlanFault>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self { faults }) }
    }
}

impl From<PlanFault> for InvalidPlan {
    fn from(fault: PlanFault) -> Self {
        Self { faults: vec![fault] }
    }
}

impl fmt::Display for InvalidPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the plan cannot be carried out")?;
        self.faults.iter().try_for_each(|fault| write!(f, "; {fault}"))
    }
}

impl std::error::Error for InvalidPlan {}

impl fmt::Display for PlanFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(step) = self.step {
            write!(f, "step {step}: ")?;
        }
        self.kind.fmt(f)
    }
}

impl fmt::Display for PlanFaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSteps => f.write_str("a plan needs a step: name at least one channel or navigator"),
            Self::TooManySteps => write!(f, "a plan has at most {} steps: drop the last ones", Plan::MAX_STEPS),
            Self::NoReachableStep => {
                f.write_str("no step can reach the recipient: give another address, or add a step that can")
            }
            Self::UnknownChannel(id) => write!(f, "channel {id} is not configured: name one that is"),
            Self::UnknownNavigator(id) => write!(f, "navigator {id} is not configured: name one that is"),
            Self::NoServingChannel(id) => write!(
                f,
                "no channel of navigator {id} serves the recipient: give the address or the template it needs, or drop \
                 the step"
            ),
            Self::MissingAddress { platform, .. } => {
                let address = match platform.address_kind() {
                    AddressKind::Phone => "a phone number",
                    AddressKind::Email => "an email address",
                };
                write!(f, "{platform} needs {address}: give it, or drop the step")
            }
            Self::MissingTemplate { platform } => {
                write!(f, "{platform} needs a template: name one that the provider has approved")
            }
            Self::TemplatesTooLarge => write!(
                f,
                "the templates of a plan have at most {} bytes together: shorten it",
                Plan::MAX_TEMPLATE_BYTES
            ),
            Self::BrandTooLong => {
                write!(f, "an SMS has room for a brand of {} characters: shorten it", Brand::MAX_SMS_UNITS)
            }
            Self::ForbiddenTemplate { platform } => write!(f, "{platform} takes no template: drop it"),
        }
    }
}
