//! One write at a time, and a connection that fails under it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Draws, StoreError};
use countersign::{Store, Verification, VerificationId};
use tokio::time::{Instant, sleep, timeout};

use super::connection::{AfterLoss, ConnectionFault, FaultyConnection};
use crate::conformance::expect::{insert, load, message};
use crate::fixtures::{Advance, Started};

/// A write of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    Insert,
    Update,
    Delete,
}

/// The result of a write, and what was there before and after.
pub(super) struct Trial {
    pub(super) write: Write,
    pub(super) fault: ConnectionFault,
    pub(super) result: Result<Acknowledged, StoreError>,
    pub(super) before: Option<Verification>,
    /// What there is if it happened.
    pub(super) wanted: Option<Verification>,
    pub(super) after: Option<Verification>,
    /// An open state of the record, by whose keys it may be looked for.
    pub(super) open: Verification,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Acknowledged {
    Done,
    /// A delete that says that there was nothing.
    NothingThere,
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} under {:?} came to {:?}", self.write, self.fault, self.result)
    }
}

impl Trial {
    pub(super) fn happened(&self) -> bool {
        self.after == self.wanted
    }
}

/// Faults that break the connection at some request, with and without another to be had.
pub(super) fn losses() -> Vec<ConnectionFault> {
    let mut faults = Vec::new();
    for (then, requests) in [(AfterLoss::Reconnects, 1..=4), (AfterLoss::Refuses, 1..=2)] {
        for request in requests {
            faults.push(ConnectionFault::RequestLost { request, then });
            faults.push(ConnectionFault::AnswerLost { request, then });
        }
    }
    faults
}

pub(super) const SILENCES: [ConnectionFault; 2] =
    [ConnectionFault::Silence { requests_arrive: false }, ConnectionFault::Silence { requests_arrive: true }];

pub(super) const WRITES: [Write; 3] = [Write::Insert, Write::Update, Write::Delete];

/// The trials of a rule: records of their own, and a connection that works between any two of them.
#[derive(Debug)]
pub(super) struct Trials {
    connection: Arc<dyn FaultyConnection>,
    seed: u64,
}

impl Trials {
    pub(super) async fn of(connection: &Arc<dyn FaultyConnection>) -> Self {
        let trials = Self { connection: Arc::clone(connection), seed: 0 };
        trials.restored().await;
        // The first write of a store may make more requests than the others.
        let (store, record) = (connection.store(), Started::new(1_000_000).record());
        let version = insert(&store, &record).await;
        store
            .update(&record.handed_over_as(&message("warm")), version, &Draws::NONE)
            .await
            .expect("the connection works");
        assert!(store.delete(record.id()).await.expect("the connection works"), "there was a record");
        trials
    }

    /// Makes the connection work again, and waits until the store has noticed.
    pub(super) async fn restored(&self) {
        self.connection.restore().await;
        let began = Instant::now();
        let unknown = Started::new(2_000_000).record().id();
        while let Err(error) = self.connection.store().load(unknown).await {
            assert!(began.elapsed() < self.connection.patience(), "the store does not recover: {error}");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Does a write while the connection fails so, and leaves it failing.
    pub(super) async fn fail(&mut self, write: Write, fault: ConnectionFault) -> Trial {
        self.seed += 1;
        let (store, witness) = (self.connection.store(), self.connection.witness());
        let started = Started::new(self.seed).record();
        let first = started.handed_over_as(&message(&format!("first of {}", self.seed)));
        let second = first.resent().handed_over_as(&message(&format!("second of {}", self.seed)));
        let id = started.id();
        let (before, wanted) = match write {
            Write::Insert => (None, Some(first.clone())),
            Write::Update => (Some(first.clone()), Some(second.clone())),
            Write::Delete => (Some(first.clone()), None),
        };
        let result = match write {
            Write::Insert => self.call(fault, store.insert(&first, &Draws::NONE)).await.map(|_| Acknowledged::Done),
            Write::Update => {
                let version = insert(&witness, &first).await;
                self.call(fault, store.update(&second, version, &Draws::NONE)).await.map(|_| Acknowledged::Done)
            }
            Write::Delete => {
                insert(&witness, &first).await;
                let there_was = self.call(fault, store.delete(id)).await;
                there_was.map(|there_was| if there_was { Acknowledged::Done } else { Acknowledged::NothingThere })
            }
        };
        let after = self.stored(&witness, id).await;
        Trial { write, fault, result, before, wanted, after, open: second }
    }

    /// Makes the connection fail, and then a call, which ends in time.
    async fn call<T>(&self, fault: ConnectionFault, call: impl Future<Output = T>) -> T {
        self.connection.fail(fault).await;
        let patience = self.connection.patience();
        timeout(patience, call).await.unwrap_or_else(|_| panic!("no end within {patience:?} under {fault:?}"))
    }

    /// What is stored, once whatever was still under way has arrived.
    async fn stored(&self, witness: &Arc<dyn Store>, id: VerificationId) -> Option<Verification> {
        sleep(Duration::from_millis(10)).await;
        load(witness, id).await.map(|stored| stored.verification)
    }

    /// Every write under every fault that breaks the connection.
    pub(super) async fn all_losses(&mut self) -> Vec<Trial> {
        let mut trials = Vec::new();
        for write in WRITES {
            for fault in losses() {
                trials.push(self.fail(write, fault).await);
                self.restored().await;
            }
        }
        trials
    }
}
