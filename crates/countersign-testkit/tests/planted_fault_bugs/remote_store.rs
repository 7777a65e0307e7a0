use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use countersign::store::{Draws, Durability, Found, Limit, Page, Query, StoreError, Stored, Version};
use countersign::{MessageId, RecipientKey, Store, Timestamp, Verification, VerificationId, WorkspaceId};
use countersign_testkit::NaiveStore;
use countersign_testkit::fixtures::Advance;

use super::bug::Bug;
use super::link::{Link, Lost};

/// A client of a store: honest about failures but for one planted bug, or none.
#[derive(Debug)]
pub(crate) struct RemoteStore {
    server: Arc<NaiveStore>,
    link: Arc<Link>,
    bug: Option<Bug>,
    /// Whether it finds out what became of an insert, by asking for the record.
    tries_again: bool,
    tried: Mutex<BTreeMap<VerificationId, Verification>>,
    broke: AtomicBool,
}

type Reply<T> = Result<Result<T, StoreError>, Lost>;

impl RemoteStore {
    pub(crate) fn new(server: Arc<NaiveStore>, link: Arc<Link>, bug: Option<Bug>) -> Self {
        Self { server, link, bug, tries_again: false, tried: Mutex::default(), broke: AtomicBool::new(false) }
    }

    pub(crate) fn that_tries_again(server: Arc<NaiveStore>, link: Arc<Link>) -> Self {
        Self { tries_again: true, ..Self::new(server, link, None) }
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    async fn carry<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Reply<T> {
        let patience = if self.has(Bug::WaitsForEver) { 3_600_000 } else { 20 };
        self.link.carry(Duration::from_millis(patience), work).await
    }

    /// What a write came to; `granted` is what is said where a bug says that all is well.
    fn told<T>(&self, answer: Reply<T>, granted: T) -> Result<T, StoreError> {
        if answer.is_err() {
            self.broke.store(true, Ordering::SeqCst);
        }
        let reason = || "the connection failed".to_owned();
        let unavailable = || Err(StoreError::Unavailable { reason: reason(), source: None });
        let not_done = || Err(StoreError::NotDone { reason: reason(), source: None });
        match (answer, self.bug) {
            (Ok(answer), _) => answer,
            (Err(Lost::Refused), Some(Bug::RefusedIsUnavailable)) => unavailable(),
            (Err(Lost::Refused), Some(Bug::RefusedIsAConflict)) => Err(StoreError::Conflict { found: Found::NotRead }),
            (Err(Lost::Refused), _) => not_done(),
            (Err(Lost::Broken), Some(Bug::LostAnswersAreTakenForGranted))
            | (Err(Lost::Silent), Some(Bug::SilenceIsTakenForGranted)) => Ok(granted),
            (Err(Lost::Broken), Some(Bug::LostAnswersAreNotDone))
            | (Err(Lost::Silent), Some(Bug::SilenceIsNotDone)) => not_done(),
            (Err(Lost::Broken), Some(Bug::LostAnswersAreFull)) => Err(StoreError::Full { capacity: 1 }),
            (Err(Lost::Broken | Lost::Silent), _) => unavailable(),
        }
    }

    /// What a question came to; `nothing` is what is said where a bug says that there is nothing.
    fn answered<T>(&self, answer: Reply<T>, bug: Bug, nothing: T) -> Result<T, StoreError> {
        match answer {
            Err(_) if self.has(bug) => Ok(nothing),
            answer => self.told(answer, nothing),
        }
    }

    fn is_out_of_order(&self) -> bool {
        self.has(Bug::StaysBrokenForWrites) && self.broke.load(Ordering::SeqCst)
    }

    fn out_of_order<T>() -> Result<T, StoreError> {
        Err(StoreError::NotDone { reason: "the connection failed once".to_owned(), source: None })
    }

    fn note(&self, record: &Verification) {
        if self.has(Bug::RemembersWhatItTried) {
            self.tried.lock().unwrap_or_else(PoisonError::into_inner).insert(record.id(), record.clone());
        }
    }

    /// The version of the record, if it is there as it was inserted: then an insert whose answer was lost has happened.
    async fn version_of(&self, record: &Verification) -> Option<Version> {
        let stored = self.carry(self.server.load(record.id())).await.ok()?.ok()??;
        (stored.verification == *record).then_some(stored.version)
    }

    /// A wrong way to try again later.
    fn later(&self, work: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            work.await;
        });
    }
}

#[async_trait]
impl Store for RemoteStore {
    async fn insert(&self, verification: &Verification, _: &Draws) -> Result<Version, StoreError> {
        if self.is_out_of_order() {
            return Self::out_of_order();
        }
        self.note(verification);
        if self.has(Bug::AcknowledgesBeforeItAsks) {
            let _ = self.carry(self.server.insert(verification, &Draws::NONE)).await;
            return Ok(Version::new(1));
        }
        let mut answer = self.carry(self.server.insert(verification, &Draws::NONE)).await;
        if answer.is_err() && self.has(Bug::InsertsAgainBlindly) {
            answer = self.carry(self.server.insert(verification, &Draws::NONE)).await;
        }
        if answer.is_err() && self.has(Bug::TriesAgainBehindTheCallersBack) {
            let (server, verification) = (Arc::clone(&self.server), verification.clone());
            self.later(async move { drop(server.insert(&verification, &Draws::NONE).await) });
        }
        if answer.is_err()
            && self.tries_again
            && let Some(version) = self.version_of(verification).await
        {
            return Ok(version);
        }
        self.told(answer, Version::new(1))
    }

    async fn update(&self, verification: &Verification, expected: Version, _: &Draws) -> Result<Version, StoreError> {
        if self.is_out_of_order() {
            return Self::out_of_order();
        }
        self.note(verification);
        let mut expected = expected;
        if self.has(Bug::WritesInTwoRequests) {
            let half = verification.mistyped();
            match self.carry(self.server.update(&half, expected, &Draws::NONE)).await {
                Ok(Ok(version)) => expected = version,
                answer => return self.told(answer, expected),
            }
        }
        let mut answer = self.carry(self.server.update(verification, expected, &Draws::NONE)).await;
        if answer.is_err() && self.has(Bug::UpdatesAgainBlindly) {
            answer = self.carry(self.server.update(verification, expected, &Draws::NONE)).await;
        }
        if answer.is_err() && self.has(Bug::UpdatesAgainWithoutTheVersion) {
            tokio::time::sleep(Duration::from_millis(2)).await;
            if let Ok(Some(current)) = self.server.load(verification.id()).await {
                answer = self.carry(self.server.update(verification, current.version, &Draws::NONE)).await;
            }
        }
        self.told(answer, expected)
    }

    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        let answer = self.carry(self.server.load(id)).await;
        let loaded = self.answered(answer, Bug::LostLoadsAreNothing, None)?;
        let tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        Ok(loaded.map(|stored| match tried {
            Some(verification) => Stored { verification, version: stored.version },
            None => stored,
        }))
    }

    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError> {
        if self.is_out_of_order() {
            return Self::out_of_order();
        }
        let mut answer = self.carry(self.server.delete(id)).await;
        if answer.is_err() && self.has(Bug::DeletesAgainBlindly) {
            answer = self.carry(self.server.delete(id)).await;
        }
        self.told(answer, true)
    }

    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        let answer = self.carry(self.server.find_by_message(message)).await;
        self.answered(answer, Bug::LostMessagesAreNothing, None)
    }

    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError> {
        let answer = self.carry(self.server.find_by_recipient(recipient, limit)).await;
        self.answered(answer, Bug::LostRecipientsAreEmpty, Vec::new())
    }

    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError> {
        let answer = self.carry(self.server.due(now, limit)).await;
        self.answered(answer, Bug::LostDueTimesAreEmpty, Vec::new())
    }

    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError> {
        let answer = self.carry(self.server.list(workspace, query)).await;
        self.answered(answer, Bug::LostListsAreEmpty, Page::default())
    }

    fn durability(&self) -> Durability {
        self.server.durability()
    }
}
