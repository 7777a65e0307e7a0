//! Clauses 4 and 5, readers beside a writer.
//!
//! Two questions to a store are two moments, so what can be said of them together must not depend on what happens
//! between: these rules let a key or a record change in one direction only.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign::store::Limit;
use countersign::{MessageId, Store, Timestamp, Verification};

use crate::conformance::expect::{
    by_message, by_recipient, delete, due, due_of, ids, insert, is_listed, load, message, recipient_of, update,
};
use crate::conformance::readers::Readers;
use crate::fixtures::{Advance, Started, at};

/// Clause 4: never a mixture, and never a version of another write.
pub async fn a_reader_sees_one_of_the_written_states_with_its_own_version(store: Arc<dyn Store>) {
    let left = Started::new(1).record().handed_over_as(&message("left"));
    let right = left.mistyped().resent().handed_over_as(&message("right"));
    let id = left.id();
    let mut version = insert(&store, &left).await;
    let mut written = BTreeMap::from([(version, left.clone())]);
    let mut readers = Readers::start(&store, move |store| async move { load(&store, id).await.expect("it stays") });
    for round in 0..300 {
        let state = if round % 2 == 0 { &right } else { &left };
        readers.come_along().await;
        version = update(&store, state, version).await;
        written.insert(version, state.clone());
    }
    for seen in readers.finish().await {
        assert_eq!(Some(&seen.verification), written.get(&seen.version), "the state of that version");
    }
}

/// Clause 5: a record found by its open recipient has it.
pub async fn a_record_found_by_its_recipient_is_open_whatever_is_written_meanwhile(store: Arc<dyn Store>) {
    let open = Started::new(1).record();
    let ended = open.canceled();
    let recipient = recipient_of(&open);
    let mut version = insert(&store, &open).await;
    let mut readers = Readers::start(&store, move |store| async move {
        for found in by_recipient(&store, recipient, Limit::MAX).await {
            assert_eq!(found.index_keys().open_recipient, Some(recipient), "found by a key that it has");
        }
    });
    for round in 0..300 {
        readers.come_along().await;
        version = update(&store, if round % 2 == 0 { &ended } else { &open }, version).await;
    }
    readers.finish().await;
}

/// Clauses 5 and 6: messages are added and never given up, so whichever of the two is seen first, the other is there.
pub async fn a_message_and_its_record_appear_together(store: Arc<dyn Store>) {
    let names: Arc<[MessageId]> = (0..40).map(|number| message(&format!("m{number}"))).collect();
    let mut record = Started::new(1).record();
    let id = record.id();
    let mut version = insert(&store, &record).await;
    let asked = Arc::clone(&names);
    let mut readers = Readers::start(&store, move |store| {
        let names = Arc::clone(&asked);
        async move {
            let has = |record: &Verification, name| record.index_keys().messages().any(|named| *named == name);
            let loaded = load(&store, id).await.expect("it stays").verification;
            let count = loaded.index_keys().messages().count();
            if let Some(last) = count.checked_sub(1) {
                assert_eq!(by_message(&store, &names[last]).await, Some(id), "the record has it, so it is found");
            }
            if let Some(next) = names.get(count)
                && by_message(&store, next).await == Some(id)
            {
                let loaded = load(&store, id).await.expect("it stays").verification;
                assert!(has(&loaded, next.clone()), "it is found, so the record has it");
            }
        }
    });
    for name in names.iter() {
        let next = record.handed_over_as(name);
        readers.come_along().await;
        version = update(&store, &next, version).await;
        record = next.resent();
        readers.come_along().await;
        version = update(&store, &record, version).await;
    }
    readers.finish().await;
}

/// Clauses 5 and 8: the due time only gets later, so what a record was due at is over once the record is seen.
pub async fn a_due_time_and_its_record_move_together(store: Arc<dyn Store>) {
    // Each claim of the message is one lease later than the one before.
    let policy =
        countersign::Policy::default().with_unknown_retries(100).with_send_lease(std::time::Duration::from_secs(1));
    let mut record = Started::new(1).policy(policy).record();
    let id = record.id();
    let mut version = insert(&store, &record).await;
    let mut readers = Readers::start(&store, move |store| async move {
        let at = due_of(&load(&store, id).await.expect("it stays").verification);
        let too_early = Timestamp::from_millis(at.as_millis() - 1);
        assert!(
            !due(&store, too_early, Limit::MAX).await.contains(&id),
            "the record's time is later, so it is not due"
        );
        let later = due(&store, at, Limit::MAX).await;
        if later.is_empty() {
            let now = due_of(&load(&store, id).await.expect("it stays").verification);
            assert!(now > at, "it is not due, so the record's time is later");
        }
    });
    for _ in 0..90 {
        record = record.handle_timeout(due_of(&record)).expect("it is due").next;
        readers.come_along().await;
        version = update(&store, &record, version).await;
    }
    readers.finish().await;
}

/// Clause 5: nothing is deleted, so whichever is seen first, the record or a key of it, all the rest is there.
pub async fn an_inserted_record_and_its_keys_appear_together(store: Arc<dyn Store>) {
    let records: Arc<[Verification]> = (0..60).map(numbered).collect();
    let asked = Arc::clone(&records);
    let mut readers = Readers::start(&store, move |store| {
        let records = Arc::clone(&asked);
        async move {
            let listed = due(&store, Timestamp::MAX, Limit::MAX).await;
            for id in listed.iter().rev().take(3) {
                assert!(load(&store, *id).await.is_some(), "it is due, so there is a record");
            }
            let next = listed.len();
            let Some(record) = records.get(next) else { return };
            if by_message(&store, &name(next as u64)).await.is_some() || is_listed(&store, record).await {
                assert!(load(&store, record.id()).await.is_some(), "a key is found, so there is a record");
            }
            if load(&store, record.id()).await.is_some() {
                let found = by_recipient(&store, recipient_of(record), Limit::MAX).await;
                assert_eq!(found.len(), 1, "there is a record, so its recipient has it");
                assert!(is_listed(&store, record).await, "there is a record, so it is listed");
                assert!(by_message(&store, &name(next as u64)).await.is_some(), "and found by its message");
                assert!(due(&store, due_of(record), Limit::MAX).await.contains(&record.id()), "and due at its time");
            }
        }
    });
    for record in records.iter() {
        readers.come_along().await;
        insert(&store, record).await;
    }
    readers.finish().await;
}

/// Clauses 5 and 10: nothing comes back, so once the record or a key of it is gone, all the rest is gone.
pub async fn a_deleted_record_and_its_keys_disappear_together(store: Arc<dyn Store>) {
    let records: Arc<[Verification]> = (0..60).map(numbered).collect();
    for record in records.iter() {
        insert(&store, record).await;
    }
    let asked = Arc::clone(&records);
    let mut readers = Readers::start(&store, move |store| {
        let records = Arc::clone(&asked);
        async move {
            let left = due(&store, Timestamp::MAX, Limit::MAX).await.len();
            // The first that is still due, and the one that goes before it.
            for number in [records.len() - left, (records.len() - left).saturating_sub(1)] {
                let Some(record) = records.get(number) else { continue };
                let id = record.id();
                let gone = load(&store, id).await.is_none();
                let keyless = by_message(&store, &name(number as u64)).await.is_none();
                if gone || keyless {
                    assert!(load(&store, id).await.is_none(), "a key is gone, so there is no record");
                    assert_eq!(by_message(&store, &name(number as u64)).await, None, "nor any message");
                    assert!(by_recipient(&store, recipient_of(record), Limit::MAX).await.is_empty(), "nor a recipient");
                    assert!(!due(&store, Timestamp::MAX, Limit::MAX).await.contains(&id), "nor a due time");
                    assert!(!is_listed(&store, record).await, "nor a place in a list");
                }
            }
        }
    });
    for id in ids(records.iter()) {
        readers.come_along().await;
        assert!(delete(&store, id).await, "there was a record");
    }
    readers.finish().await;
}

/// Due in the order of their numbers.
fn numbered(number: u64) -> Verification {
    Started::new(number).at(at(number)).record().handed_over_as(&name(number))
}

fn name(number: u64) -> MessageId {
    message(&format!("of-{number}"))
}
