//! Codes, salts and keys in nothing that anybody logs, tells, stores in plain or prints.

use std::fmt::Write;
use std::time::Duration;

use countersign::store::Limit;
use countersign::{
    CheckOutcome, Metadata, Policy, Purpose, Report, ReportedStatus, SendError, StartRequest, Verification,
};
use countersign_testkit::{fixtures, logs};

use crate::watched::{MAILBOX, SMS, WORKSPACE, WatchedEngine, channel, request, whatsapp_step};

/// All spellings of bytes that a log could show: hexadecimal, and the list that `Debug` makes of a slice.
fn spellings(bytes: &[u8]) -> [String; 3] {
    let mut hex = String::new();
    for byte in bytes {
        write!(hex, "{byte:02x}").unwrap();
    }
    let list = format!("{bytes:?}");
    let upper = hex.to_uppercase();
    [hex, upper, list.trim_matches(['[', ']']).to_owned()]
}

fn salt_of(verification: &Verification) -> Vec<u8> {
    let snapshot = serde_json::to_value(verification.snapshot()).unwrap();
    let salt: Vec<u8> = serde_json::from_value(snapshot["salt"].clone()).unwrap();
    assert_eq!(salt.len(), 16);
    salt
}

/// Panics when the text holds a secret of that engine, or an address in full.
pub fn assert_clean(text: &str, watched: &WatchedEngine, verifications: &[Verification]) {
    let leak = leak(text, watched, verifications);
    assert!(leak.is_none(), "a secret behind: {leak:?}");
}

/// What stands before the first secret in the text.
fn leak<'a>(text: &'a str, watched: &WatchedEngine, verifications: &[Verification]) -> Option<&'a str> {
    let mut forbidden = Vec::new();
    for provider in [&watched.sms, &watched.whatsapp, &watched.email] {
        forbidden.extend(provider.sent().iter().map(|message| message.code().to_owned()));
    }
    for verification in verifications {
        forbidden.extend(spellings(&salt_of(verification)));
    }
    forbidden.extend(spellings(&fixtures::secret()));
    forbidden.extend(["612345678", MAILBOX, "annabelle", "tulip-bulbs", "windmill tour"].map(str::to_owned));
    let at = forbidden.iter().find_map(|secret| text.find(secret))?;
    text.get(at.saturating_sub(120)..at)
}

/// What no log and no `Debug` may show of it is searched for by [`leak`].
fn with_host_data(request: StartRequest) -> StartRequest {
    let metadata = Metadata::parse(r#"{"order": "tulip-bulbs"}"#).unwrap();
    request.metadata(metadata).purpose(Purpose::parse("windmill tour").unwrap())
}

/// Drives everything that logs: answers of all kinds, errors of all kinds, faults of the store.
async fn busy_life(watched: &WatchedEngine) -> Vec<Verification> {
    let engine = &watched.engine;
    watched.whatsapp.then_return(Err(SendError::Unknown { detail: Some("timed out".to_owned()) }));
    watched.whatsapp.then_return(Err(SendError::Refused { detail: Some("131026".to_owned()) }));
    let first = watched.start(with_host_data(request([whatsapp_step(), channel(SMS)]))).await;
    watched.pass(Duration::from_secs(31));
    engine.run_due(Limit::MAX).await.unwrap();
    let asked = with_host_data(request([SMS]));
    let mut printed = format!("{asked:?} {asked:#?}");
    let second = watched.start(asked).await;
    let wrong = watched.wrong_code(&second);
    for code in [&wrong, &wrong, &wrong, &wrong] {
        write!(printed, "{:?}", watched.check(second.id(), code).await).unwrap();
    }
    let right = watched.code(first.id());
    write!(printed, "{right:?}").unwrap();
    let report = Report::by_reference(first.attempt_id(1), ReportedStatus::Delivered);
    let other = Purpose::parse("another windmill tour").unwrap();
    let refused = engine.check_for(WORKSPACE, first.id(), &other, &right).await.unwrap_err();
    write!(printed, "{refused} {refused:?}").unwrap();
    write!(printed, "{report:?} {:?}", engine.report(WORKSPACE, &report).await).unwrap();
    let reply = watched.check(first.id(), &right).await.unwrap();
    assert_eq!(reply.outcome, CheckOutcome::Verified);
    write!(printed, "{reply:?} {:?}", watched.check(first.id(), &right).await).unwrap();
    for id in [first.id(), second.id()] {
        let stored = watched.get(id).await;
        write!(printed, "{stored:?} {:?}", stored.snapshot()).unwrap();
        for error in [
            engine.resend(WORKSPACE, id, None).await.unwrap_err(),
            engine.failover(WORKSPACE, id, None).await.unwrap_err(),
            engine.cancel(WORKSPACE, id).await.unwrap_err(),
        ] {
            write!(printed, "{error} {error:?}").unwrap();
        }
    }
    write!(printed, "{engine:?} {:?} {:?} {:?}", watched.observer, watched.inner, watched.sms).unwrap();
    let lived = vec![watched.get(first.id()).await, watched.get(second.id()).await];
    assert_clean(&printed, watched, &lived);
    lived
}

#[tokio::test]
async fn no_code_salt_key_or_address_is_logged_printed_or_told() {
    let watched = WatchedEngine::with_policy(Policy::default());
    let lived = busy_life(&watched).await;
    let log = logs::text();
    for id in lived.iter().map(Verification::id) {
        assert!(log.contains(&id.to_string()), "the log is about these verifications");
    }
    assert_clean(&log, &watched, &lived);
}

#[tokio::test]
async fn the_search_for_secrets_finds_them() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([SMS])).await;
    let code = watched.sms.sent()[0].code().to_owned();
    let salt = salt_of(&verification);
    let key = fixtures::secret();
    for text in [format!("code={code}"), format!("{salt:?}"), spellings(&key)[0].clone(), format!("to {MAILBOX}")] {
        assert!(leak(&text, &watched, std::slice::from_ref(&verification)).is_some(), "{text}");
    }
}

/// What is written down holds no code: neither its text nor its digits as bytes.
#[tokio::test]
async fn what_a_store_writes_down_holds_no_code() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([SMS])).await;
    let code = watched.sms.sent()[0].code().to_owned();
    let written = postcard::to_allocvec(&verification.snapshot()).unwrap();
    let json = serde_json::to_string(&verification.snapshot()).unwrap();
    let values: Vec<u8> = code.bytes().map(|digit| digit - b'0').collect();
    assert!(!written.windows(code.len()).any(|bytes| bytes == code.as_bytes() || bytes == values));
    assert!(!json.contains(&code));
}
