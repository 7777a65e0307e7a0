//! A code belongs to one verification (threat A9), and a second start leaves the first alone (contract, section 3, rule 6).

use countersign::{
    CheckOutcome, EmailAddress, HostData, Keyring, PhoneNumber, Plan, Platform, Policy, Purpose, Recipient, Refusal,
    Start, SubmittedCode, Verification, WorkspaceId,
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

fn with_purpose(purpose: &str) -> Start {
    let purpose = Purpose::parse(purpose).expect("one line");
    Start { host_data: HostData::new(None, Some(purpose), None), ..plain() }
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
        ("a purpose, by the same chance", with_purpose("login"), 1),
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
fn a_code_of_one_purpose_never_passes_for_another() {
    let purposes = ["login", "Login", "change of address"].map(|text| Purpose::parse(text).expect("one line"));
    for purpose in &purposes {
        // The same id and the same salt: only the purpose tells them apart.
        let life = started(with_purpose(purpose.as_str()), 1);
        let code = SubmittedCode::parse(&life.code()).expect("a code");
        for other in &purposes {
            let stranger = started(with_purpose(other.as_str()), 1);
            assert_eq!(stranger.record().id(), life.record().id());
            let checked = life.record().check_for(other, &code, &RING, BEGUN).map(|checked| checked.reply);
            if other == purpose {
                assert_eq!(checked, Ok(CheckOutcome::Verified));
            } else {
                assert_eq!(checked, Err(Refusal::OtherPurpose));
                assert_ne!(reply(stranger.record(), &life.code(), &RING), CheckOutcome::Verified);
            }
        }
        assert_eq!(reply(life.record(), &life.code(), &RING), CheckOutcome::Verified, "a check may name none");
    }
    let without = started(plain(), 1);
    let code = SubmittedCode::parse(&without.code()).expect("a code");
    let refused = without.record().check_for(&purposes[0], &code, &RING, BEGUN).map(|checked| checked.reply);
    assert_eq!(refused, Err(Refusal::OtherPurpose), "none is no purpose");
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
