//! What the stories are told with.

use std::sync::LazyLock;
use std::time::Duration;

use countersign::{
    AttemptStatus, ChannelId, CheckOutcome, Dispatch, EmailAddress, HostData, Identity, Keyring, Limits, Locale,
    MaxAttempts, PhoneNumber, Plan, Platform, Policy, Receipt, Recipient, Refusal, ReportedStatus, Route, SendError,
    SendTask, Start, Step, StepIndex, Template, Timestamp, Verification, VerificationStatus, WorkspaceId,
};
use countersign_testkit::history::{Act, Guess, Life, Operation, Told, keyring};
use uuid::Uuid;

pub(crate) static RING: LazyLock<Keyring> = LazyLock::new(keyring);
pub(crate) const BEGUN: Timestamp = Timestamp::from_millis(1_800_000_000_000);

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn step(platform: Platform) -> Step {
    let step = Step::new(Route::Channel(ChannelId::new(Uuid::from_u128(1))), platform.clone());
    if platform == Platform::WhatsApp { step.with_template(Template::default()) } else { step }
}

pub(crate) fn recipient() -> Recipient {
    let phone = PhoneNumber::parse("+31612345678").expect("a number");
    Recipient::both(phone, EmailAddress::parse("grace@example.com").expect("an address"))
}

pub(crate) fn start_with(steps: Vec<Step>, policy: Policy) -> Start {
    Start {
        workspace: WorkspaceId::new(Uuid::from_u128(2)),
        plan: Plan::new(steps, &recipient()).expect("a plan for both addresses"),
        recipient: recipient(),
        locale: Locale::default(),
        limits: Limits { max_attempts: MaxAttempts::new(3).expect("in bounds"), ..Limits::default() },
        policy,
        host_data: HostData::default(),
    }
}

pub(crate) fn begin(start: Start) -> Life<'static> {
    Life::start(start, &RING, 1, BEGUN).0
}

/// A life over these platforms under the default policy.
pub(crate) fn over<const N: usize>(platforms: [Platform; N]) -> Life<'static> {
    under(Policy::default(), platforms)
}

pub(crate) fn under<const N: usize>(policy: Policy, platforms: [Platform; N]) -> Life<'static> {
    begin(start_with(platforms.map(step).to_vec(), policy))
}

/// The latest try ends so.
pub(crate) fn sent(life: &mut Life<'_>, result: Result<Receipt, SendError>) -> Told {
    life.tell(Act::Sent { task: life.task(), result })
}

pub(crate) fn taken(life: &mut Life<'_>) -> Told {
    sent(life, Ok(Receipt::ByReference { message_id: None }))
}

pub(crate) fn refused(life: &mut Life<'_>) -> Told {
    sent(life, Err(SendError::Refused { detail: None }))
}

pub(crate) fn unknown(life: &mut Life<'_>) -> Told {
    sent(life, Err(SendError::Unknown { detail: None }))
}

pub(crate) fn undelivered() -> ReportedStatus {
    ReportedStatus::DeliveryFailed { detail: None }
}

pub(crate) fn report(life: &mut Life<'_>, attempt: u8, status: ReportedStatus) -> Told {
    life.tell(Act::Report { attempt, status })
}

pub(crate) fn guess(life: &mut Life<'_>, guess: Guess) -> Told {
    let act = life.act(&Operation::Check(guess));
    life.tell(act)
}

pub(crate) fn verify(life: &mut Life<'_>) {
    assert_eq!(guess(life, Guess::Right).outcome.reply(), Some(CheckOutcome::Verified));
}

/// When the next timeout is due, it comes.
pub(crate) fn timeout(life: &mut Life<'_>) -> Told {
    life.pause(countersign_testkit::history::Pause::UntilDue(0));
    life.tell(Act::Timeout)
}

pub(crate) fn refusal(told: &Told) -> &Refusal {
    told.outcome.refusal().expect("a refusal")
}

pub(crate) fn status(life: &Life<'_>) -> VerificationStatus {
    life.record().status(life.now())
}

/// The messages so far: of which step, and where they stand.
pub(crate) fn messages(life: &Life<'_>) -> Vec<(u8, AttemptStatus)> {
    life.record().attempts().iter().map(|attempt| (attempt.step().get(), attempt.status())).collect()
}

pub(crate) fn current(life: &Life<'_>) -> u8 {
    life.record().current_step().get()
}

pub(crate) const fn at(index: u8) -> StepIndex {
    StepIndex::new(index)
}

pub(crate) const fn task(attempt: u8, try_number: u8) -> SendTask {
    SendTask { attempt, try_number }
}

/// One of the messages of a record, as a channel without identity sends it.
pub(crate) fn message(record: &Verification, number: u8) -> Dispatch {
    Dispatch::new(record, number, &RING, record.created_at(), &Identity::default()).expect("a message")
}
