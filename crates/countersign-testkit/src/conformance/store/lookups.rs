//! Clauses 6 and 7: by message and by recipient.

use std::sync::Arc;

use countersign::store::Limit;
use countersign::{Recipient, Store};

use crate::conformance::expect::{by_message, by_recipient, delete, ids, insert, limit, message, recipient_of, update};
use crate::fixtures::{Advance, Started, at, email, phone, phones_of_one_tag, workspace};

/// Clause 6, for messages of one record and of several, in every form that ids of providers have.
pub async fn a_record_is_found_by_each_of_its_messages(store: Arc<dyn Store>) {
    let names = [
        "4be4f4a1-9e29-4b0a-9d0c-2a4d6ef7a001",
        "4BE4F4A1-9E29-4B0A-9D0C-2A4D6EF7A001",
        "4be4f4a19e294b0a9d0c2a4d6ef7a001",
        "SM0123456789",
        "sm0123456789",
        "<a b@mail.example.com>",
        "{brace}:*?[]\\ \u{43f}\u{440}\u{438}\u{432}\u{435}\u{442}",
        &"x".repeat(255),
        &("x".repeat(254) + "y"),
    ];
    let mut one = Started::new(1).record();
    let mut version = insert(&store, &one).await;
    for (number, name) in names.iter().enumerate() {
        if number > 0 {
            one = one.resent();
        }
        one = one.handed_over_as(&message(name));
        version = update(&store, &one, version).await;
        for known in &names[..=number] {
            assert_eq!(by_message(&store, &message(known)).await, Some(one.id()), "found by {known}");
        }
        for unknown in &names[number + 1..] {
            assert_eq!(by_message(&store, &message(unknown)).await, None, "nobody has {unknown} yet");
        }
    }
    let other = Started::new(2).record().handed_over_as(&message("of another"));
    insert(&store, &other).await;
    assert_eq!(by_message(&store, &message("of another")).await, Some(other.id()), "each has its own");
    assert_eq!(by_message(&store, &message(names[0])).await, Some(one.id()), "each has its own");
    assert_eq!(by_message(&store, &message("unknown")).await, None, "nobody has it");
}

/// Clauses 5 and 6.
pub async fn an_ended_record_is_found_by_none_of_its_messages(store: Arc<dyn Store>) {
    let open = Started::new(1).record().handed_over_as(&message("first")).resent().handed_over_as(&message("second"));
    for end in [open.verified(), open.failed(), open.expired(), open.canceled()] {
        let version = insert(&store, &open).await;
        update(&store, &end, version).await;
        for name in ["first", "second"] {
            assert_eq!(by_message(&store, &message(name)).await, None, "an ended record is not found by {name}");
        }
        assert!(delete(&store, open.id()).await, "there was a record");
        insert(&store, &end).await;
        assert_eq!(by_message(&store, &message("first")).await, None, "nor one that was inserted so");
        delete(&store, open.id()).await;
    }
}

/// Clause 6: either may be found while both name it, and never one that does not.
pub async fn a_message_that_two_records_name_leads_to_one_that_still_names_it(store: Arc<dyn Store>) {
    let shared = message("shared");
    for deleted in [true, false] {
        for first_goes in [true, false] {
            let [first, second] = [1, 2].map(|seed| Started::new(seed).record().handed_over_as(&shared));
            let versions = [insert(&store, &first).await, insert(&store, &second).await];
            let found = by_message(&store, &shared).await.expect("two records name it");
            assert!([first.id(), second.id()].contains(&found), "found is one of the two");
            let (goes, version) = if first_goes { (&first, versions[0]) } else { (&second, versions[1]) };
            if deleted {
                assert!(delete(&store, goes.id()).await, "there was a record");
            } else {
                update(&store, &goes.canceled(), version).await;
            }
            assert_ne!(by_message(&store, &shared).await, Some(goes.id()), "found is not the one that gave it up");
            delete(&store, first.id()).await;
            delete(&store, second.id()).await;
            assert_eq!(by_message(&store, &shared).await, None, "nobody names it any more");
        }
    }
}

/// Clause 7.
pub async fn a_recipient_has_its_open_records_newest_first_and_at_most_so_many(store: Arc<dyn Store>) {
    // Inserted in another order than they were started in.
    let started = [3_u64, 1, 4, 0, 5, 9, 2, 6, 8, 7, 10, 11];
    let records: Vec<_> = started.map(|n| Started::new(n).at(at(n)).recipient(phone()).record()).into();
    for record in &records {
        insert(&store, record).await;
    }
    let mut newest_first = ids(&records);
    newest_first.sort_unstable_by(|one, other| other.cmp(one));
    let key = recipient_of(&records[0]);
    for many in [1, 2, 11, 12, 13, 1_000] {
        let found = by_recipient(&store, key, limit(many)).await;
        let expected = &newest_first[..newest_first.len().min(many)];
        assert_eq!(ids(&found), expected, "the {many} newest, newest first");
    }
    assert_eq!(ids(&by_recipient(&store, key, Limit::default()).await), newest_first[..10], "ten unless asked");
}

/// Clause 7: ended ones do not count against the limit either.
pub async fn a_recipient_has_no_ended_record(store: Arc<dyn Store>) {
    let records: Vec<_> = (0..6).map(|n| Started::new(n).at(at(n)).recipient(phone()).record()).collect();
    let key = recipient_of(&records[0]);
    let mut versions = Vec::new();
    for record in &records {
        versions.push(insert(&store, record).await);
    }
    let ends = [records[5].verified(), records[4].failed(), records[3].expired(), records[1].canceled()];
    for end in &ends {
        let number = records.iter().position(|record| record.id() == end.id()).expect("it is one of them");
        update(&store, end, versions[number]).await;
        let found = by_recipient(&store, key, Limit::MAX).await;
        assert!(!ids(&found).contains(&end.id()), "an ended one is not found");
    }
    assert_eq!(
        by_recipient(&store, key, limit(2)).await,
        [records[2].clone(), records[0].clone()],
        "the open ones are"
    );
    assert!(delete(&store, records[2].id()).await, "there was a record");
    assert_eq!(by_recipient(&store, key, limit(2)).await, [records[0].clone()], "a deleted one is not");
    assert!(delete(&store, records[0].id()).await, "there was a record");
    assert!(by_recipient(&store, key, Limit::MAX).await.is_empty(), "none is left");
}

/// Clause 7: a recipient is one set of addresses in one workspace.
pub async fn a_recipient_has_no_record_of_another_recipient_or_workspace(store: Arc<dyn Store>) {
    let recipients = [Recipient::phone(phone()), Recipient::email(email()), Recipient::both(phone(), email())];
    let mut records = Vec::new();
    for (number, recipient) in recipients.into_iter().enumerate() {
        let step = if recipient.phone_number().is_some() { crate::fixtures::sms() } else { crate::fixtures::mail() };
        for of in [1, 2] {
            let started = Started::new(number as u64 * 2 + of).recipient(recipient.clone()).steps(vec![step.clone()]);
            records.push(started.workspace(workspace(of)).record());
        }
    }
    for record in &records {
        insert(&store, record).await;
    }
    for record in &records {
        let found = by_recipient(&store, recipient_of(record), Limit::MAX).await;
        assert_eq!(found, std::slice::from_ref(record), "its own and no other");
    }
    // Two whose keys begin alike, so that what a store keeps of them may lie together.
    let [one, other] = phones_of_one_tag().map(|phone| Started::new(u64::MAX).recipient(phone).record());
    insert(&store, &one).await;
    assert!(by_recipient(&store, recipient_of(&other), Limit::MAX).await.is_empty(), "the whole key counts");
    let stranger = Started::new(99).recipient(crate::fixtures::phone_number(99)).record();
    assert!(by_recipient(&store, recipient_of(&stranger), Limit::MAX).await.is_empty(), "a stranger has none");
}
