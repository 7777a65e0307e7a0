//! What the wire says of a plan that cannot be carried out, to the letter.

use countersign::{
    AddressKind, CustomPlatform, EngineError, InvalidPlan, PlanFault, PlanFaultKind, Platform, Route, StepIndex,
    TemplateRule,
};
use countersign_api::ErrorResponse;
use countersign_testkit::fixtures::{channel, navigator};
use serde_json::json;

/// Every kind, where it is reported, and its sentence.
fn table() -> Vec<(Option<u8>, PlanFaultKind, &'static str, &'static str)> {
    let by_channel = || Route::Channel(channel(1));
    let by_navigator = || Route::Navigator(navigator(1));
    let voice = CustomPlatform::new("voice", AddressKind::Phone, TemplateRule::Required).unwrap();
    let voice = || Platform::from(voice.clone());
    vec![
        (
            None,
            PlanFaultKind::NoSteps,
            ".steps",
            "minimum number of items is 1: name at least one channel or navigator",
        ),
        (None, PlanFaultKind::TooManySteps, ".steps", "maximum number of items is 16: drop the steps that come last"),
        (
            None,
            PlanFaultKind::NoReachableStep,
            ".steps",
            "none of the steps can reach the identifier: give another address, or add a step that can",
        ),
        (
            Some(0),
            PlanFaultKind::UnknownChannel(channel(1)),
            ".steps[0].channelId",
            "no such channel: name one that is configured",
        ),
        (
            Some(15),
            PlanFaultKind::UnknownNavigator(navigator(1)),
            ".steps[15].navigatorId",
            "no such navigator: name one that is configured",
        ),
        (
            Some(1),
            PlanFaultKind::NoServingChannel(navigator(1)),
            ".steps[1].navigatorId",
            "none of its channels serves this recipient: give the address or the template it needs, or drop the step",
        ),
        (
            Some(2),
            PlanFaultKind::MissingAddress { route: by_channel(), platform: Platform::Email },
            ".steps[2].channelId",
            "sends by email, which needs identifier.emailaddress: give it or drop the step",
        ),
        (
            Some(3),
            PlanFaultKind::MissingAddress { route: by_navigator(), platform: voice() },
            ".steps[3].navigatorId",
            "sends by voice, which needs identifier.phonenumber: give it or drop the step",
        ),
        (
            Some(4),
            PlanFaultKind::MissingTemplate { platform: Platform::WhatsApp },
            ".steps[4].template",
            "whatsapp needs a template: name one that the provider has approved",
        ),
        (
            Some(5),
            PlanFaultKind::ForbiddenTemplate { platform: Platform::Sms },
            ".steps[5].template",
            "sms takes no template, its text is ours: drop it",
        ),
        (
            Some(6),
            PlanFaultKind::TemplatesTooLarge,
            ".steps[6].template",
            "the templates of a plan have at most 8192 bytes together: shorten it",
        ),
        (Some(7), PlanFaultKind::BrandTooLong, ".steps[7]", "an SMS has room for a brand of 11 characters: shorten it"),
    ]
}

#[test]
fn every_fault_of_a_plan_has_its_path_and_sentence() {
    for (step, kind, path, sentence) in table() {
        let invalid = InvalidPlan::from(PlanFault { step: step.map(StepIndex::new), kind });
        let refused = ErrorResponse::from(&EngineError::InvalidPlan(invalid));
        assert_eq!(refused.status, 422, "{path}");
        assert_eq!(
            json!(refused.body),
            json!({
                "code": "InvalidPayload",
                "message": "One or more fields provided in the request are malformed",
                "details": { path: [sentence] },
            })
        );
    }
}

#[test]
fn the_table_has_every_kind() {
    // A kind that the core learns stops this from compiling, and then has a row to be written.
    let place = |kind: &PlanFaultKind| match kind {
        PlanFaultKind::NoSteps => 0,
        PlanFaultKind::TooManySteps => 1,
        PlanFaultKind::NoReachableStep => 2,
        PlanFaultKind::UnknownChannel(_) => 3,
        PlanFaultKind::UnknownNavigator(_) => 4,
        PlanFaultKind::NoServingChannel(_) => 5,
        PlanFaultKind::MissingAddress { .. } => 6,
        PlanFaultKind::MissingTemplate { .. } => 7,
        PlanFaultKind::ForbiddenTemplate { .. } => 8,
        PlanFaultKind::TemplatesTooLarge => 9,
        PlanFaultKind::BrandTooLong => 10,
    };
    let mut places: Vec<_> = table().iter().map(|(_, kind, ..)| place(kind)).collect();
    places.dedup();
    assert_eq!(places, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
}
