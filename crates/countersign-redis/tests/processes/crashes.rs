use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign::store::{Draws, Durability, Limit, Page, Query, StoreError, Stored, Version};
use countersign::{
    Channel, CheckOutcome, Clock as _, Dispatch, Engine, Identity, MessageId, Platform, Receipt, RecipientKey,
    SendError, Store, SubmittedCode, SystemClock, Timestamp, Transport, Verification, VerificationId,
    VerificationStatus, WorkspaceId,
};
use countersign_testkit::{ScriptedTransport, SteppedClock};
use libtest_mimic::Failed;

use crate::process::{self, Fate, Process, SMS, Spoken, WORKSPACE, other_than, request, runtime, say, store};

/// Where a process may die in the life below: before and after the insert, the message, the note of it, the wrong code
/// and the right one. At the place behind the last one it lives.
const PLACES: usize = 10;

/// A store that its process may die at, before a write or when it is made.
#[derive(Debug)]
struct Doomed<S>(S, Arc<Fate>);

#[async_trait]
impl<S: Store> Store for Doomed<S> {
    async fn insert(&self, verification: &Verification, draws: &Draws) -> Result<Version, StoreError> {
        self.1.pass();
        let version = self.0.insert(verification, draws).await;
        self.1.pass();
        version
    }

    async fn update(
        &self,
        verification: &Verification,
        expected: Version,
        draws: &Draws,
    ) -> Result<Version, StoreError> {
        self.1.pass();
        let version = self.0.update(verification, expected, draws).await;
        self.1.pass();
        version
    }

    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        self.0.load(id).await
    }

    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError> {
        self.0.delete(id).await
    }

    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        self.0.find_by_message(message).await
    }

    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError> {
        self.0.find_by_recipient(recipient, limit).await
    }

    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError> {
        self.0.due(now, limit).await
    }

    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError> {
        self.0.list(workspace, query).await
    }

    fn durability(&self) -> Durability {
        self.0.durability()
    }
}

#[derive(Debug)]
struct DoomedProvider(Arc<Fate>);

#[async_trait]
impl Transport for DoomedProvider {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        self.0.pass();
        let receipt = Spoken.send(dispatch).await;
        self.0.pass();
        receipt
    }
}

/// A start, a wrong code and the right one, each told to the test when it is answered.
pub(crate) async fn live(url: &str, boundary: usize) {
    let fate = Fate::at(boundary);
    let engine = process::engine(Doomed(store(url).await, fate.clone()), Arc::new(DoomedProvider(fate)));
    let verification = engine.start(WORKSPACE, request()).await.unwrap();
    say(&format!("started {}", verification.id()));
    let code = code_of(&verification, engine.now());
    let wrong = SubmittedCode::parse(&other_than(&code)).unwrap();
    let reply = engine.check(WORKSPACE, verification.id(), &wrong).await.unwrap();
    assert!(matches!(reply.outcome, CheckOutcome::Mismatch { .. }));
    say("mismatch");
    let right = SubmittedCode::parse(&code).unwrap();
    let reply = engine.check(WORKSPACE, verification.id(), &right).await.unwrap();
    assert!(matches!(reply.outcome, CheckOutcome::Verified));
    say("verified");
}

fn code_of(verification: &Verification, now: Timestamp) -> String {
    Dispatch::new(verification, 0, &process::keyring(), now, &Identity::default()).unwrap().code().expose().to_owned()
}

pub(crate) fn of_engines() -> Result<(), Failed> {
    for boundary in 0..=PLACES {
        go_on_after(boundary, false);
    }
    Ok(())
}

pub(crate) fn of_both() -> Result<(), Failed> {
    for boundary in 0..=PLACES {
        go_on_after(boundary, true);
    }
    Ok(())
}

/// Kills a process at a place, and Redis if asked to, and goes on in this one.
fn go_on_after(boundary: usize, redis_too: bool) {
    let mut server = process::durable_server();
    let (said, status) = Process::start(&format!("crash {} {boundary}", server.url())).end();
    let killed = std::os::unix::process::ExitStatusExt::signal(&status) == Some(9);
    assert_eq!(killed, boundary < PLACES, "at place {boundary}: {said:?}, {status}");
    if redis_too {
        server.kill();
        server.start_again();
    }
    runtime().block_on(async {
        let store = store(&server.url()).await;
        // So much later that whoever was at it when it died has lost its claim.
        let clock = Arc::new(SteppedClock::new(SystemClock.now()));
        clock.advance(Duration::from_secs(120));
        let sms = Arc::new(ScriptedTransport::new());
        let engine = Engine::builder(Arc::new(store), process::keyring())
            .channel(SMS, Channel::new(Platform::Sms, sms.clone()))
            .clock(clock)
            .build()
            .unwrap();
        while engine.run_due(Limit::default()).await.unwrap().handled > 0 {}

        let found = engine.list(WORKSPACE, &Query::default()).await.unwrap().verifications;
        let heard = |word: &str| said.iter().any(|line| line.starts_with(word));
        assert!(found.len() <= 1);
        let Some(verification) = found.first() else {
            assert!(boundary == 0 && said.is_empty(), "at place {boundary}: {said:?} and nothing is there");
            return;
        };
        let code = code_of(verification, engine.now());

        let mut codes: Vec<_> = said.iter().filter_map(|line| line.strip_prefix("sent ")).map(str::to_owned).collect();
        let others = sms.sent_for(verification.id());
        codes.extend(others.iter().map(|sent| format!("{} {}", sent.reference, sent.code())));
        assert!((1..=2).contains(&codes.len()), "at place {boundary}: once, and once more for the crash: {codes:?}");
        let only = format!("{} {code}", verification.attempt_id(0));
        assert!(codes.iter().all(|sent| *sent == only), "the same message, with the same code");

        let judged = u8::from(heard("mismatch"));
        assert!((judged..=1).contains(&verification.failed_checks()), "what was judged was charged");

        let right = SubmittedCode::parse(&code).unwrap();
        let passes = match engine.check(WORKSPACE, verification.id(), &right).await {
            Ok(reply) => matches!(reply.outcome, CheckOutcome::Verified),
            Err(error) => {
                assert!(matches!(error, countersign::EngineError::Refused(countersign::Refusal::UnexpectedStatus(_))));
                false
            }
        };
        let passed = verification.status(engine.now()) == VerificationStatus::Verified;
        assert!(passed || !heard("verified"), "what was told is so");
        assert_ne!(passes, passed, "at place {boundary}: the right code passes once");
    });
}
