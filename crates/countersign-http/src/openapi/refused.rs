//! What each call may be refused with: which status, which code, and when.

use std::collections::BTreeMap;
use std::time::Duration;

use countersign::store::StoreError;
use countersign::{EngineError, EntropyError, Refusal, VerificationStatus};
use countersign_api::{CheckVerdict, ErrorResponse, InvalidRequest};

use crate::call::Call;
use crate::call::refusals;

/// One way in which a call may be refused.
#[derive(Clone)]
pub(super) struct Refusing {
    /// The answer, as the router gives it.
    pub(super) example: ErrorResponse,
    /// When it is given, in a sentence.
    pub(super) when: &'static str,
}

/// By status, all that the call may be refused with.
pub(super) fn of(call: Call) -> BTreeMap<u16, Vec<Refusing>> {
    let mut refused = match call {
        Call::Start => starting(),
        Call::Check => [vec![mismatch()], changing(), posted()].concat(),
        Call::Resend => [vec![too_soon()], changing(), posted()].concat(),
        Call::Failover => [vec![no_next_step(), too_soon()], changing(), posted()].concat(),
        Call::Cancel => changing(),
        Call::List | Call::Get => Vec::new(),
    };
    refused.extend(always());
    let mut by_status = BTreeMap::<u16, Vec<Refusing>>::new();
    for refusing in refused {
        let same_status = by_status.entry(refusing.example.status).or_default();
        // One code has one row: the first that names it says when.
        if same_status.iter().all(|other| other.example.body.code != refusing.example.body.code) {
            same_status.push(refusing);
        }
    }
    by_status
}

fn row(example: ErrorResponse, when: &'static str) -> Refusing {
    Refusing { example, when }
}

fn engine(error: &EngineError) -> ErrorResponse {
    ErrorResponse::from(error)
}

/// What any call may be refused with.
fn always() -> Vec<Refusing> {
    let mut invalid = InvalidRequest::single(".steps[0].channelId", "no such channel: use one of this workspace's");
    invalid.add(".timeout", "timeout must be from 30 to 3600");
    let silent = StoreError::unavailable("");
    vec![
        row(refusals::unauthorized(), "No key was sent, or none of this service's."),
        row(
            refusals::not_found(),
            "The workspace has no such verification, or the key is another workspace's: the two look alike.",
        ),
        row(
            ErrorResponse::from(&invalid),
            "Something in the body, the query, the path or a header is not as described. `details` has what is wrong, by \
             its path.",
        ),
        row(
            refusals::too_many(Duration::from_secs(2)),
            "Too many wrong keys came from one address, or too many calls from one workspace.",
        ),
        row(ErrorResponse::internal(), "Only the operator of the service can fix it."),
        row(
            engine(&EngineError::Unavailable(silent)),
            "The store does not answer. No code was judged; a wrong one may have been charged.",
        ),
        row(refusals::overloaded(), "Too much is going on. Nothing was done."),
        row(refusals::timed_out(), "There was no answer in time. It may be done yet."),
    ]
}

/// What only a request with a body may be refused with.
fn posted() -> Vec<Refusing> {
    vec![
        row(refusals::body_broken(), "The body ended early. Nothing was done."),
        row(refusals::body_too_slow(), "The body did not arrive in time. Nothing was done."),
        row(refusals::key_reused(), "Another request had this `Idempotency-Key`. Nothing was done."),
        row(refusals::key_in_use(), "A request with this `Idempotency-Key` is under way. Ask again for its answer."),
        row(refusals::too_large(), "The body is too long."),
        row(refusals::not_json(), "The body is not JSON, or is compressed."),
    ]
}

fn starting() -> Vec<Refusing> {
    let full = StoreError::Full { capacity: 0 };
    let own = vec![
        contended(),
        row(engine(&EngineError::Full(full)), "The store takes no more. Nothing was started."),
        row(engine(&EngineError::Entropy(EntropyError)), "The machine has no randomness. Nothing was started."),
    ];
    [own, posted()].concat()
}

fn changing() -> Vec<Refusing> {
    let ended = Refusal::UnexpectedStatus(VerificationStatus::Verified);
    vec![
        row(engine(&Refusal::MaxAttemptsReached.into()), "The checks are used up. Start a new verification."),
        row(engine(&ended.into()), "It has ended: it was verified or canceled, or its time ran out."),
        contended(),
    ]
}

fn contended() -> Refusing {
    row(engine(&EngineError::Contended), "Many others changed it at the same moment. Nothing was done.")
}

fn mismatch() -> Refusing {
    let wrong = CheckVerdict::Mismatch { failed: Some(1), remaining: Some(2) };
    row(
        wrong.into_result().err().unwrap_or_else(ErrorResponse::internal),
        "The code is wrong, and there are checks left. `details` has how many.",
    )
}

fn too_soon() -> Refusing {
    row(
        engine(&Refusal::Cooldown { retry_after: Duration::from_secs(24) }.into()),
        "The last message is too recent, all messages of the verification were sent, too many wrong keys came from one \
         address, or too many calls from one workspace.",
    )
}

fn no_next_step() -> Refusing {
    row(engine(&Refusal::NoNextStep.into()), "There is no next step, or the step that was named is the current one.")
}
