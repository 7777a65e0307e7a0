use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use countersign_testkit::conformance::faults::{AfterLoss, ConnectionFault};

/// A connection in memory that fails as it is told.
#[derive(Debug, Default)]
pub(crate) struct Link(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    fault: Option<ConnectionFault>,
    requests: usize,
}

/// What comes in place of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// No connection could be made.
    Refused,
    /// It broke.
    Broken,
    /// Nothing came in time.
    Silent,
}

/// What becomes of a request.
enum Fate {
    Passes,
    IsRefused,
    /// And whether it arrives.
    Breaks(bool),
    IsNotAnswered(bool),
}

impl Link {
    pub(crate) fn fail(&self, fault: Option<ConnectionFault>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State { fault, requests: 0 };
    }

    /// Carries a request over, which may take so long.
    pub(crate) async fn carry<T>(&self, patience: Duration, work: impl Future<Output = T>) -> Result<T, Lost> {
        match self.fate() {
            Fate::Passes => Ok(work.await),
            Fate::IsRefused => Err(Lost::Refused),
            Fate::Breaks(arrives) => {
                if arrives {
                    work.await;
                }
                Err(Lost::Broken)
            }
            Fate::IsNotAnswered(arrives) => {
                if arrives {
                    work.await;
                }
                tokio::time::sleep(patience).await;
                Err(Lost::Silent)
            }
        }
    }

    fn fate(&self) -> Fate {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.requests += 1;
        let (lost, arrives, then) = match state.fault {
            None => return Fate::Passes,
            Some(ConnectionFault::Refused) => return Fate::IsRefused,
            Some(ConnectionFault::Silence { requests_arrive }) => return Fate::IsNotAnswered(requests_arrive),
            Some(ConnectionFault::RequestLost { request, then }) => (request, false, then),
            Some(ConnectionFault::AnswerLost { request, then }) => (request, true, then),
        };
        if state.requests != lost {
            return Fate::Passes;
        }
        state.fault = match then {
            AfterLoss::Reconnects => None,
            AfterLoss::Refuses => Some(ConnectionFault::Refused),
        };
        Fate::Breaks(arrives)
    }
}
