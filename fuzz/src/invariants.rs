use countersign::{StepIndex, Timestamp, Verification, VerificationStatus};

use crate::Keyrings;
use crate::starts::message;

/// What holds of every record, however it came about; asks it every question on the way.
///
/// # Panics
/// When something does not hold.
pub fn assert_sound(record: &Verification, keyrings: &Keyrings, now: Timestamp) {
    let status = record.status(now);
    assert!(!record.attempts().is_empty(), "a start prepares a message");
    assert!(record.attempts().len() <= usize::from(record.policy().message_cap()), "more messages than the cap");
    assert!(record.failed_checks() <= record.limits().max_attempts.get(), "more wrong codes than allowed");
    assert!(usize::from(record.current_step().get()) < record.steps().len(), "a current step outside the plan");
    assert!(record.updated_at() >= record.created_at(), "changed before it started");
    assert_eq!(
        record.credited_attempt().is_some(),
        status == VerificationStatus::Verified,
        "credit is for the verified"
    );
    if record.ended_at().is_some() {
        assert!(status.is_final(), "ended and yet open");
        assert_eq!(record.next_timeout(), None, "ended and yet due");
        assert_eq!(record.remaining_checks(), 0, "ended and yet to be checked");
    } else {
        let due = record.next_timeout().expect("an open record is due when it expires, at the latest");
        assert!(due <= record.expires_at(), "due after its end");
        assert!(record.remaining_checks() > 0, "open, with no check left");
    }
    assert_keys(record);
    assert_steps(record, keyrings);
    assert_stored_unchanged(record);
    let shown = format!("{record:?}");
    assert!(!shown.contains("salt"), "the salt shows");
}

/// What holds between a record and the one before it.
///
/// # Panics
/// When something does not hold.
pub fn assert_follows(before: &Verification, after: &Verification, now: Timestamp) {
    assert_eq!(before.id(), after.id());
    assert_eq!(before.expires_at(), after.expires_at(), "nothing moves the expiry");
    assert!(before.attempts().len() <= after.attempts().len(), "a message was forgotten");
    assert!(before.failed_checks() <= after.failed_checks(), "a wrong code was forgiven");
    assert!(before.updated_at() <= after.updated_at(), "it lived backwards");
    for (was, is) in before.attempts().iter().zip(after.attempts()) {
        assert!(was.status() <= is.status(), "a message went back from {} to {}", was.status(), is.status());
    }
    if let Some(ended_at) = before.ended_at() {
        assert_eq!(after.ended_at(), Some(ended_at), "it ended twice");
        assert_eq!(before.status(now), after.status(now), "it changed after its end");
        assert_eq!(before.attempts().len(), after.attempts().len(), "a message after its end");
    }
}

fn assert_keys(record: &Verification) {
    let keys = record.index_keys();
    assert_eq!(keys.due, record.next_timeout());
    assert_eq!(keys.ended_at, record.ended_at());
    assert_eq!(keys.open_recipient.is_some(), record.ended_at().is_none());
    for message in keys.messages() {
        let number = record.attempt_number(message).expect("a key that leads nowhere");
        assert_eq!(record.attempts()[usize::from(number)].message_id(), Some(message));
    }
}

fn assert_steps(record: &Verification, keyrings: &Keyrings) {
    for index in 0..=u8::MAX {
        let step = StepIndex::new(index);
        let exists = usize::from(index) < record.steps().len();
        assert_eq!(record.step_status(step).is_some(), exists);
        assert_eq!(record.address_for_step(step).is_some(), exists, "a step that reaches nobody");
        if !exists {
            break;
        }
    }
    let mut codes = Vec::new();
    for number in (0..=u8::MAX).take(record.attempts().len()) {
        // A ring without the record's key has no code for it.
        if let Some(dispatch) = message(record, number, keyrings) {
            assert!(record.steps().contains(dispatch.step()));
            let code = dispatch.code().expose();
            assert_eq!(code.len(), usize::from(record.limits().code_length.get()));
            assert!(code.bytes().all(|b| b.is_ascii_digit()));
            assert!(!format!("{dispatch:?}").contains(&format!("\"{code}\"")), "the code shows");
            codes.push(code.to_owned());
        }
    }
    codes.dedup();
    assert!(codes.len() <= 1, "a verification has one code");
}

/// A store gives back what it was given.
fn assert_stored_unchanged(record: &Verification) {
    let bytes = record.to_bytes();
    assert!(bytes.len() <= Verification::MAX_BYTES, "longer than any record");
    let again = Verification::from_bytes(&bytes).expect("what was sound is sound");
    assert!(again == *record, "stored and loaded it is another");
}

/// Doing what is due, whenever it is due, comes to an end: each time the next is later, or there is none.
///
/// # Panics
/// When it does not.
pub fn assert_comes_to_an_end(record: &Verification, now: Timestamp) {
    let mut record = record.clone();
    let mut clock = now;
    let tries = 1 + usize::from(record.policy().unknown_retries());
    // Each message is claimed so often, because no result is noted, given up, or waited for; then it expires.
    let most = usize::from(record.policy().message_cap()) * (tries + 3) + 2;
    for _ in 0..most {
        let Some(due) = record.next_timeout() else { return };
        clock = clock.max(due);
        let next = record.handle_timeout(clock).expect("what is due is done").next;
        assert!(next.next_timeout().is_none_or(|later| later > clock), "still due at {clock}");
        assert_follows(&record, &next, clock);
        record = next;
    }
    assert_eq!(record.next_timeout(), None, "timeouts without end");
}
