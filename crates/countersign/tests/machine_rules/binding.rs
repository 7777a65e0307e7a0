//! A code belongs to one verification (threat A9), and a second start leaves the first alone (contract, section 3, rule 6).

use countersign::{
    CheckOutcome, EmailAddress, Keyring, PhoneNumber, Plan, Platform, Policy, Recipient, Start, SubmittedCode,
    Verification, WorkspaceId,
};
use countersign_testkit::history::Life;
use uuid::Uuid;

use crate::story::*;

fn started(start: Start, seed: u64) -> Life<'static> {
    Life::start(start, &RING, seed, BEGUN).0
}

fn plain() -> Start {
    start_with(vec![step(Platform::Sms)], Policy::default())
}

fn to(recipient: Recipient) -> Start {
    let plan = Plan::new(vec![step(Platform::Sms)], &recipient).expect("a plan for a phone");
    Start { plan, recipient, ..plain() }
}

fn reply(record: &Verification, code: &str, ring: &Keyring) -> CheckOutcome {
    let code = SubmittedCode::parse(code).expect("a code");
    record.check(&code, ring, BEGUN).expect("it is open").reply
}

#[test]
fn a_code_passes_on_its_own_verification_and_on_no_other() {
    let other_phone = PhoneNumber::parse("+31687654321").expect("a number");
    let email = EmailAddress::parse("grace@example.com").expect("an address");
    let others = [
        ("the same recipient, started again", plain(), 2),
        ("another recipient", to(Recipient::both(other_phone, email)), 3),
        ("the same phone without the email address", to(Recipient::phone(other_phone)), 4),
        ("another workspace", Start { workspace: WorkspaceId::new(Uuid::from_u128(99)), ..plain() }, 5),
        // The same id but for the recipient's tag, and the same salt: the worst that chance could do.
        (
            "another workspace of the same chance",
            Start { workspace: WorkspaceId::new(Uuid::from_u128(98)), ..plain() },
            1,
        ),
    ];
    let one = started(plain(), 1);
    assert_eq!(reply(one.record(), &one.code(), &RING), CheckOutcome::Verified);
    for (which, start, seed) in others {
        let other = started(start, seed);
        assert_ne!(reply(other.record(), &one.code(), &RING), CheckOutcome::Verified, "{which}");
        assert_ne!(reply(one.record(), &other.code(), &RING), CheckOutcome::Verified, "{which}");
        assert_eq!(reply(other.record(), &other.code(), &RING), CheckOutcome::Verified, "{which}");
    }
}

#[test]
fn a_second_start_for_the_same_recipient_leaves_the_first_valid() {
    let mut first = started(plain(), 1);
    let mut second = started(plain(), 2);
    assert_ne!(first.record().id(), second.record().id());
    assert_eq!(first.record().index_keys().open_recipient, second.record().index_keys().open_recipient);
    verify(&mut second);
    verify(&mut first);
}
