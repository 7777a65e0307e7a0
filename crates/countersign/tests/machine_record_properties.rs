//! What holds in every life of a verification: the record itself, its time, and its secrets.

use countersign::{CodeLength, Dispatch, Identity, Snapshot, Timestamp, Verification};
use countersign_testkit::history::{History, Life, Told, config, histories, keyring};
use proptest::prelude::*;

fn cases() -> ProptestConfig {
    config(concat!(env!("CARGO_MANIFEST_DIR"), "/proptest-regressions/machine_record_properties.txt"))
}

/// Everything of a step that a log could show. What was typed is the test's own and stays out.
fn shown(told: &Told) -> String {
    format!("{:?} {:?} {:?}", told.before, told.outcome, told.after) + &shown_refusal(told)
}

fn shown_refusal(told: &Told) -> String {
    told.outcome.refusal().map(|refusal| format!("{refusal} {refusal:#?}")).unwrap_or_default()
}

/// What of a record no log may show: the middle of the number, the local part beyond its first letter, and what the host
/// attached.
fn personal(record: &Verification) -> Vec<String> {
    let number = record.recipient().phone_number().map(|number| {
        let digits = number.to_e164();
        digits[3..digits.len() - 2].to_owned()
    });
    let local = record.recipient().email_address().map(|email| email.local_part().to_owned());
    let metadata = record.metadata().map(|metadata| metadata.as_json().to_owned()).filter(|json| json != "{}");
    let purpose = record.purpose().map(|purpose| purpose.as_str().to_owned());
    let brand = record.brand().map(|brand| brand.as_str().to_owned());
    let attached = metadata.into_iter().chain(purpose).chain(brand);
    number.into_iter().chain(local.filter(|local| local.len() > 1)).chain(attached).collect()
}

fn with_long_code(mut history: History) -> History {
    // Twelve digits never stand in a text by chance; six might, in an id.
    history.start.limits.code_length = CodeLength::MAX;
    history
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_same_seed_gives_the_same_history(history in histories()) {
        let (one, other) = (history.run(&keyring()), history.run(&keyring()));
        prop_assert_eq!(&one.started.next, &other.started.next);
        prop_assert_eq!(&one.started.sends, &other.started.sends);
        for (one, other) in one.told.iter().zip(&other.told) {
            prop_assert_eq!(&one.after, &other.after);
            prop_assert_eq!(&one.act, &other.act);
            prop_assert_eq!(one.outcome.sends(), other.outcome.sends());
            prop_assert_eq!(one.outcome.events(), other.outcome.events());
            prop_assert_eq!(one.outcome.reply(), other.outcome.reply());
            prop_assert_eq!(one.outcome.refusal(), other.outcome.refusal());
        }
    }

    #[test]
    fn another_seed_gives_another_id_and_another_code(history in histories(), seed in any::<u64>()) {
        prop_assume!(seed != history.seed);
        let ring = keyring();
        let history = with_long_code(history);
        let (one, _) = Life::start(history.start.clone(), &ring, history.seed, history.begun);
        let (other, _) = Life::start(history.start.clone(), &ring, seed, history.begun);
        prop_assert_ne!(one.record().id(), other.record().id());
        prop_assert_ne!(one.code(), other.code());
    }

    #[test]
    fn no_debug_text_shows_the_code_or_the_recipient(history in histories()) {
        let ring = keyring();
        let history = with_long_code(history);
        let (life, started) = Life::start(history.start.clone(), &ring, history.seed, history.begun);
        let mut secrets = personal(life.record());
        secrets.push(life.code());
        let run = history.run(&ring);
        let dispatch = format!("{:?}", Dispatch::new(run.last(), 0, &ring, run.last().created_at(), &Identity::default()));
        let mut texts = vec![format!("{started:?} {started:#?} {:?}", run.last().snapshot()), dispatch];
        texts.extend(run.told.iter().map(shown));
        for secret in secrets {
            for text in &texts {
                prop_assert!(!text.contains(&secret), "a secret of {} characters shows", secret.len());
            }
        }
    }

    #[test]
    fn what_is_written_down_and_read_back_is_the_same_record(history in histories()) {
        for record in history.run(&keyring()).records() {
            let bytes = record.to_bytes();
            prop_assert!(bytes.len() <= Verification::MAX_BYTES);
            prop_assert_eq!(bytes.first(), Some(&1), "the number of the format");
            prop_assert_eq!(&Verification::from_bytes(&bytes).expect("it is sound"), record);
            let snapshot = record.snapshot();
            prop_assert_eq!(postcard::to_stdvec(&snapshot).expect("it can be written by position"), bytes);
            let bytes = postcard::to_stdvec(&snapshot).expect("it can be written by position");
            let read: Snapshot = postcard::from_bytes(&bytes).expect("it can be read by position");
            prop_assert_eq!(&Verification::from_snapshot(read).expect("it is sound"), record);
            let text = serde_json::to_string(&snapshot).expect("it can be written by name");
            let read: Snapshot = serde_json::from_str(&text).expect("it can be read by name");
            prop_assert_eq!(&Verification::from_snapshot(read).expect("it is sound"), record);
        }
    }

    #[test]
    fn a_clock_that_steps_back_never_moves_the_record_back(history in histories()) {
        for told in history.run(&keyring()).told {
            prop_assert!(told.after.updated_at() >= told.before.updated_at());
            if told.outcome.next().is_some() {
                prop_assert_eq!(told.after.updated_at(), told.now.max(told.before.updated_at()));
            }
            let latest = told.after.updated_at();
            for attempt in told.after.attempts() {
                prop_assert!(attempt.prepared_at() <= latest);
                prop_assert!(attempt.sent_at().is_none_or(|at| attempt.prepared_at() <= at && at <= latest));
            }
        }
    }

    #[test]
    fn the_earliest_and_the_latest_clock_do_no_harm(history in histories(), early in any::<bool>()) {
        let ring = keyring();
        let clock = if early { Timestamp::MIN } else { Timestamp::MAX };
        for told in history.run(&ring).told {
            let outcome = told.act.on(&told.before, &ring, clock);
            if let Some(next) = outcome.next() {
                prop_assert!(next.updated_at() >= told.before.updated_at());
                prop_assert!(Verification::from_snapshot(next.snapshot()).is_ok());
            }
        }
    }
}
