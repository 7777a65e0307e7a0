//! A plan's faults on the wire: the path and the sentence of each.

use std::borrow::Cow;

use countersign::{AddressKind, Plan, PlanFaultKind, Platform, Route, StepIndex};

/// What the wire says of a plan without steps.
pub(crate) const NO_STEPS: &str = "minimum number of items is 1: name at least one channel or navigator";

/// What the wire says of a plan with too many steps.
pub(crate) fn too_many_steps() -> String {
    format!("maximum number of items is {}: drop the steps that come last", Plan::MAX_STEPS)
}

pub(super) fn path(step: Option<StepIndex>, kind: &PlanFaultKind) -> Cow<'static, str> {
    let Some(step) = step else { return ".steps".into() };
    let property = match kind {
        PlanFaultKind::NoSteps
        | PlanFaultKind::TooManySteps
        | PlanFaultKind::NoReachableStep
        // The wire has no property for a brand.
        | PlanFaultKind::BrandTooLong => {
            return format!(".steps[{step}]").into();
        }
        PlanFaultKind::UnknownChannel(_) | PlanFaultKind::MissingAddress { route: Route::Channel(_), .. } => {
            "channelId"
        }
        PlanFaultKind::UnknownNavigator(_)
        | PlanFaultKind::NoServingChannel(_)
        | PlanFaultKind::MissingAddress { route: Route::Navigator(_), .. } => "navigatorId",
        PlanFaultKind::MissingTemplate { .. }
        | PlanFaultKind::ForbiddenTemplate { .. }
        | PlanFaultKind::TemplatesTooLarge => "template",
    };
    format!(".steps[{step}].{property}").into()
}

pub(super) fn sentence(kind: &PlanFaultKind) -> Cow<'static, str> {
    match kind {
        PlanFaultKind::NoSteps => NO_STEPS.into(),
        PlanFaultKind::TooManySteps => too_many_steps().into(),
        PlanFaultKind::NoReachableStep => {
            "none of the steps can reach the identifier: give another address, or add a step that can".into()
        }
        PlanFaultKind::UnknownChannel(_) => "no such channel: name one that is configured".into(),
        PlanFaultKind::UnknownNavigator(_) => "no such navigator: name one that is configured".into(),
        PlanFaultKind::NoServingChannel(_) => {
            "none of its channels serves this recipient: give the address or the template it needs, or drop the step"
                .into()
        }
        PlanFaultKind::MissingAddress { platform, .. } => {
            format!("sends by {platform}, which needs identifier.{}: give it or drop the step", address(platform))
                .into()
        }
        PlanFaultKind::MissingTemplate { platform } => {
            format!("{platform} needs a template: name one that the provider has approved").into()
        }
        PlanFaultKind::TemplatesTooLarge => {
            format!("the templates of a plan have at most {} bytes together: shorten it", Plan::MAX_TEMPLATE_BYTES)
                .into()
        }
        PlanFaultKind::BrandTooLong => kind.to_string().into(),
        PlanFaultKind::ForbiddenTemplate { platform } => {
            format!("{platform} takes no template, its text is ours: drop it").into()
        }
    }
}

fn address(platform: &Platform) -> &'static str {
    match platform.address_kind() {
        AddressKind::Phone => "phonenumber",
        AddressKind::Email => "emailaddress",
    }
}
