use countersign::{AttemptStatus, Event, MessageId, Platform, Receipt, ReportedStatus, VerificationStatus};
use countersign_testkit::history::Act;

use crate::story::*;

const PREPARED: AttemptStatus = AttemptStatus::Prepared;

#[test]
fn a_status_only_moves_forward_and_delivered_is_never_taken_back() {
    let failed = || ReportedStatus::SendingFailed { detail: None };
    let cases = [
        (vec![ReportedStatus::Sent, ReportedStatus::Accepted], AttemptStatus::Sent),
        (vec![ReportedStatus::Delivered, ReportedStatus::Sent], AttemptStatus::Delivered),
        (vec![ReportedStatus::Delivered, undelivered()], AttemptStatus::Delivered),
        (vec![ReportedStatus::Delivered, failed()], AttemptStatus::Delivered),
        (vec![undelivered(), ReportedStatus::Sent], AttemptStatus::DeliveryFailed),
        (vec![undelivered(), ReportedStatus::Delivered], AttemptStatus::Delivered),
        (vec![failed(), undelivered(), failed()], AttemptStatus::DeliveryFailed),
    ];
    for (said, expected) in cases {
        let mut life = over([Platform::Sms]);
        taken(&mut life);
        for status in said.clone() {
            report(&mut life, 0, status);
        }
        assert_eq!(messages(&life), [(0, expected)], "{said:?}");
    }
}

#[test]
fn a_late_failure_after_delivered_changes_nothing() {
    let mut life = over([Platform::WhatsApp, Platform::Sms]);
    taken(&mut life);
    report(&mut life, 0, ReportedStatus::Delivered);
    let told = report(&mut life, 0, undelivered());
    assert_eq!(told.after, told.before);
    assert_eq!(current(&life), 0);
}

#[test]
fn a_late_delivery_after_a_failover_is_noted_and_takes_no_step_back() {
    let mut life = over([Platform::WhatsApp, Platform::Sms]);
    taken(&mut life);
    report(&mut life, 0, undelivered());
    let told = report(&mut life, 0, ReportedStatus::Delivered);
    assert_eq!(told.outcome.events(), &[Event::Delivered { attempt: 0 }]);
    assert_eq!(messages(&life), [(0, AttemptStatus::Delivered), (1, PREPARED)]);
    assert_eq!(current(&life), 1);
}

#[test]
fn a_report_that_overtakes_the_answer_to_the_send_counts_and_the_answer_adds_the_message_id() {
    let mut life = over([Platform::Sms]);
    let told = report(&mut life, 0, ReportedStatus::Delivered);
    assert_eq!(told.outcome.events(), &[Event::Sent { attempt: 0 }, Event::Delivered { attempt: 0 }]);
    assert_eq!(status(&life), VerificationStatus::Pending);
    let id = MessageId::new("provider-7").expect("an id");
    let told = sent(&mut life, Ok(Receipt::ByMessageId { message_id: id.clone() }));
    assert_eq!(told.outcome.events(), &[]);
    assert_eq!(messages(&life), [(0, AttemptStatus::Delivered)]);
    assert_eq!(life.record().attempt_number(&id), Some(0));
    assert_eq!(life.record().index_keys().messages().collect::<Vec<_>>(), [&id]);
}

#[test]
fn a_message_id_that_begins_with_our_reference_needs_no_index_entry_and_any_other_does() {
    let own = over([Platform::Sms]).record().attempt_id(0).to_string();
    let stranger = "01890a5d-ac96-774b-bcce-b302099a8057.0";
    for (text, is_indexed) in [
        (own.clone(), false),
        (format!("{own}@mail.example"), false),
        (format!("{own}0@mail.example"), true),
        (format!("{own}x@mail.example"), true),
        (format!("{stranger}@mail.example"), true),
        ("provider-7".to_owned(), true),
    ] {
        let mut life = over([Platform::Sms]);
        let id = MessageId::new(&text).expect("an id");
        sent(&mut life, Ok(Receipt::ByMessageId { message_id: id.clone() }));
        assert_eq!(life.record().index_keys().messages().any(|message| *message == id), is_indexed, "{text}");
        assert_eq!(life.record().attempt_number(&id), Some(0), "{text}");
    }
}

#[test]
fn after_a_report_that_it_left_an_error_of_the_send_changes_nothing() {
    let mut life = over([Platform::WhatsApp, Platform::Sms]);
    report(&mut life, 0, ReportedStatus::Accepted);
    for told in [refused(&mut life), unknown(&mut life)] {
        assert_eq!(told.after, told.before);
    }
}

#[test]
fn a_report_on_no_known_message_changes_nothing() {
    let mut life = over([Platform::Sms]);
    for attempt in [1, 255] {
        let told = report(&mut life, attempt, ReportedStatus::Delivered);
        assert_eq!(told.after, told.before);
    }
}

#[test]
fn after_the_end_the_answer_to_a_send_completes_the_books_and_fails_nothing_over() {
    let mut life = over([Platform::WhatsApp, Platform::Sms]);
    life.tell(Act::Cancel);
    let told = refused(&mut life);
    assert_eq!(told.after, told.before);
    let told = taken(&mut life);
    assert_eq!(told.outcome.events(), &[Event::Sent { attempt: 0 }]);
    assert_eq!(messages(&life), [(0, AttemptStatus::Accepted)]);
    assert_eq!(status(&life), VerificationStatus::Canceled);
}
