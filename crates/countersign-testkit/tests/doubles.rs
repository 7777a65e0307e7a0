//! The doubles are as predictable as tests need them to be.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign::{
    Clock, Dispatch, Entropy, EntropyError, Event, Identity, Observer, Receipt, SendError, SendTask, Timestamp,
    Transport, Verification,
};
use countersign_testkit::fixtures::{EPOCH, Started, arbitrary_record, at, keyring};
use countersign_testkit::{FailingEntropy, RecordingObserver, ScriptedTransport, SeededEntropy, SteppedClock};
use futures::executor::block_on;

fn send(transport: &ScriptedTransport, record: &Verification) -> Result<Receipt, SendError> {
    block_on(
        transport.send(
            &Dispatch::new(record, 0, &keyring(), record.created_at(), &Identity::default())
                .expect("its key is in the ring"),
        ),
    )
}

#[test]
fn a_clock_moves_only_when_told_and_its_clones_move_along() {
    let clock = SteppedClock::default();
    let other = clock.clone();
    assert_eq!(clock.now(), EPOCH);
    assert_eq!(clock.advance(Duration::from_secs(3)), at(3));
    assert_eq!(other.now(), at(3));
    other.set(Timestamp::MIN);
    assert_eq!(clock.now(), Timestamp::MIN);
}

#[test]
fn entropy_of_one_seed_is_the_same_and_of_two_seeds_is_not() {
    let bytes = |seed| {
        let mut bytes = [0; 32];
        SeededEntropy::new(seed).fill(&mut bytes).expect("it never fails");
        bytes
    };
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
    let entropy = SeededEntropy::new(1);
    let mut drawn = [[0; 32]; 2];
    drawn.iter_mut().for_each(|bytes| entropy.fill(bytes).expect("it never fails"));
    assert_ne!(drawn[0], drawn[1], "it goes on");
    assert_eq!(FailingEntropy.fill(&mut drawn[0]), Err(EntropyError));
}

#[test]
fn a_transport_answers_as_scripted_and_takes_everything_afterwards() {
    let record = Started::new(1).record();
    let transport = ScriptedTransport::new();
    transport
        .then_return(Err(SendError::Unknown { detail: None }))
        .then_return(Err(SendError::Refused { detail: None }));
    assert_eq!(send(&transport, &record), Err(SendError::Unknown { detail: None }));
    assert_eq!(send(&transport, &record), Err(SendError::Refused { detail: None }));
    assert_eq!(send(&transport, &record), Ok(Receipt::ByReference { message_id: None }));
    let sent = transport.sent();
    assert_eq!(sent.iter().map(|sent| sent.try_number).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(sent.iter().all(|sent| sent.reference == record.attempt_id(0) && sent.platform.name() == "sms"));
    assert!(!format!("{sent:?}").contains(sent[0].code()), "codes stay out of Debug");
}

#[test]
fn the_codes_that_a_transport_saw_verify() {
    let record = Started::new(1).record();
    let transport = ScriptedTransport::by_message_id();
    let receipt = send(&transport, &record).expect("it takes everything");
    assert_eq!(send(&transport, &record), Ok(receipt.clone()), "one message has one id");
    assert_ne!(send(&transport, &Started::new(2).record()), Ok(receipt.clone()), "another has another");
    let task = SendTask { attempt: 0, try_number: 1 };
    let sent = record.handle_sent(task, &Ok(receipt), at(1)).expect("it was prepared").next;
    assert_eq!(sent.index_keys().messages().count(), 1);
    for code in [transport.last_code_for(record.id()), transport.code_of(record.attempt_id(0))] {
        let checked = sent.check(&code.expect("it was sent"), &keyring(), at(2)).expect("it is open");
        assert!(checked.next.credited_attempt().is_some());
    }
    assert!(transport.code_of(record.attempt_id(1)).is_none(), "nothing was sent for it");
    assert_eq!(transport.sent_for(record.id()).len(), 2);
}

#[test]
fn a_hook_sees_each_message_before_it_is_answered() {
    let record = Started::new(1).record();
    let transport = Arc::new(ScriptedTransport::new());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (note, asked) = (Arc::clone(&seen), Arc::downgrade(&transport));
    transport.on_send(Box::new(move |dispatch| {
        let answered = asked.upgrade().map_or(0, |transport| transport.sent().len());
        note.lock().expect("nobody panicked").push((dispatch.reference(), answered));
    }));
    send(&transport, &record).expect("it takes everything");
    assert_eq!(*seen.lock().expect("nobody panicked"), [(record.attempt_id(0), 0)]);
}

#[test]
fn an_observer_keeps_what_it_is_told_in_order() {
    let [one, other] = [1, 2].map(|seed| Started::new(seed).record());
    let observer = RecordingObserver::new();
    observer.observe(&Event::Created, &one);
    observer.observe(&Event::Created, &other);
    observer.observe(&Event::Canceled, &one);
    assert_eq!(observer.names_of(one.id()), ["created", "canceled"]);
    assert_eq!(observer.events().len(), 3);
}

#[test]
fn fixtures_are_the_same_on_every_run_and_differ_by_seed() {
    assert_eq!(Started::new(7).record(), Started::new(7).record());
    assert_ne!(Started::new(7).record().id(), Started::new(8).record().id());
    assert_eq!(arbitrary_record(7), arbitrary_record(7));
}

#[test]
fn arbitrary_records_cover_every_end_and_every_state_of_attempts() {
    let records: Vec<_> = (0..256).map(arbitrary_record).collect();
    let mut ends: Vec<_> = records.iter().map(|record| record.status(record.updated_at()).to_string()).collect();
    ends.sort_unstable();
    ends.dedup();
    assert_eq!(ends, ["accepted", "canceled", "expired", "failed", "pending", "verified"]);
    let mut states: Vec<_> =
        records.iter().flat_map(Verification::attempts).map(|it| it.status().to_string()).collect();
    states.sort_unstable();
    states.dedup();
    assert_eq!(states, ["accepted", "delivered", "delivery_failed", "prepared", "sending_failed", "sent"]);
    assert!(records.iter().any(|record| record.attempts().len() > 16), "some have many messages");
    assert!(records.iter().any(|record| record.steps().len() == 16), "some have the longest plan");
    for record in records {
        let again = Verification::from_snapshot(record.snapshot()).expect("the machine made it");
        assert_eq!(again, record);
        assert!(record.resend(None, record.expires_at()).is_err(), "nothing is sent after the expiry");
    }
}
