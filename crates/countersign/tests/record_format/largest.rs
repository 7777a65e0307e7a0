//! How many bytes a record can have.

use countersign::address::AddressKind;
use countersign::{
    Brand, CustomPlatform, EmailAddress, FailureCause, HostData, Locale, MessageId, Metadata, NavigatorId, PhoneNumber,
    Plan, PlanFault, PlanFaultKind, Platform, Policy, Purpose, Receipt, Recipient, ReportedStatus, Route, SendTask,
    Step, StepIndex, Template, TemplateRule, Verification,
};
use countersign_testkit::fixtures::{Started, channel, records, sms};
use proptest::prelude::*;
use uuid::Uuid;

/// A record with the longest of everything.
fn largest() -> Verification {
    let local = "l".repeat(64);
    let domain = format!("{0}.{0}.{1}.example", "d".repeat(63), "d".repeat(53));
    let email = EmailAddress::parse(&format!("{local}@{domain}")).unwrap();
    assert_eq!(email.as_str().len(), EmailAddress::MAX_LENGTH);
    let phone = PhoneNumber::parse("+31612345678").unwrap();
    let platform = Platform::from(
        CustomPlatform::new("p".repeat(CustomPlatform::MAX_NAME), AddressKind::Email, TemplateRule::Required).unwrap(),
    );
    // Ten bytes tell which fields there are, two how long the name is.
    let name = "n".repeat(Plan::MAX_TEMPLATE_BYTES / Plan::MAX_STEPS - 12);
    let template = Template { name: Some(name), ..Template::default() };
    let step = Step::new(Route::Navigator(NavigatorId::new(Uuid::max())), platform)
        .with_channel(channel(1))
        .with_template(template)
        .with_delivery_timeout(std::time::Duration::MAX);
    let mut record = Started::new(1)
        .recipient(Recipient::both(phone, email))
        .steps(vec![step; Plan::MAX_STEPS])
        .host_data(HostData::new(
            Some(Metadata::parse(&format!("{{\"k\":\"{}\"}}", "v".repeat(Metadata::MAX_BYTES - 8))).unwrap()),
            Some(Purpose::parse(&"\u{1f511}".repeat(Purpose::MAX_LENGTH)).unwrap()),
            Some(Brand::parse(&"\u{1f511}".repeat(Brand::MAX_LENGTH)).unwrap()),
        ))
        .locale(Locale::parse("de-latn-de-1996-u-co-phonebk").unwrap())
        .record();
    let message_id = MessageId::new(&"m".repeat(MessageId::MAX_BYTES)).unwrap();
    for attempt in 0..Policy::MAX_MESSAGES {
        let now = record.updated_at();
        let sent = Ok(Receipt::ByMessageId { message_id: message_id.clone() });
        record = record.handle_sent(SendTask { attempt, try_number: 1 }, &sent, now).unwrap().next;
        let failed = ReportedStatus::DeliveryFailed { detail: Some("\u{1f6ab}".repeat(200)) };
        record = record.handle_report(attempt, &failed, now).unwrap().next;
        record = record.resend(None, now).map_or(record, |resent| resent.next);
    }
    assert!(record.attempts().iter().all(|it| it.failure().unwrap().cause() == FailureCause::Undelivered));
    record
}

#[test]
fn the_largest_record_fits_the_bound_and_comes_back() {
    let record = largest();
    let bytes = record.to_bytes();
    assert!(bytes.len() > Verification::MAX_BYTES * 3 / 4, "{} bytes: the bound is not idle", bytes.len());
    assert!(bytes.len() <= Verification::MAX_BYTES, "{} bytes", bytes.len());
    assert_eq!(Verification::from_bytes(&bytes), Ok(record));
}

#[test]
fn templates_that_are_too_large_together_are_refused_where_they_stop_fitting() {
    let template = |bytes: usize| Template { name: Some("n".repeat(bytes)), ..Template::default() };
    let step = |bytes| Step::new(Route::Channel(channel(1)), Platform::WhatsApp).with_template(template(bytes));
    let recipient = countersign_testkit::fixtures::phone().into();
    // Ten bytes tell which fields there are, two how long the name is.
    let half = Plan::MAX_TEMPLATE_BYTES / 2;
    assert!(Plan::new(vec![step(half - 12), sms(), step(half - 12)], &recipient).is_ok());
    let refused = Plan::new(vec![step(half - 12), sms(), step(half - 11)], &recipient).unwrap_err();
    assert_eq!(refused.faults(), [PlanFault { step: Some(StepIndex::new(2)), kind: PlanFaultKind::TemplatesTooLarge }]);
}

#[test]
fn a_record_of_one_step_and_one_message_is_small() {
    assert!(Started::new(1).record().to_bytes().len() <= 160);
}

proptest! {
    #[test]
    fn no_record_is_larger_than_the_bound(record in records()) {
        prop_assert!(record.to_bytes().len() <= Verification::MAX_BYTES);
    }
}
