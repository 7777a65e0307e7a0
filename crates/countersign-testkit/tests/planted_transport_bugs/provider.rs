use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_testkit::conformance::transport::{Arrived, ProviderBehavior};

/// A provider in memory.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    behavior: ProviderBehavior,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) reference: Option<String>,
    pub(crate) to: String,
    pub(crate) text: String,
}

#[derive(Debug)]
pub(crate) enum Answer {
    Accepted,
    Refused(String),
    RetryLater(Option<Duration>),
    Garbage,
    NoConnection,
    ConnectionLost,
}

impl Provider {
    pub(crate) fn new(behavior: ProviderBehavior, arrived: Arc<Mutex<Vec<Arrived>>>) -> Self {
        Self { behavior, arrived }
    }

    pub(crate) async fn post(&self, request: Request) -> Answer {
        let Request { reference, to, text } = request;
        if self.behavior == ProviderBehavior::Unreachable {
            return Answer::NoConnection;
        }
        let arrived = Arrived { reference, text: text.clone() };
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).push(arrived);
        match self.behavior {
            ProviderBehavior::Accept => Answer::Accepted,
            ProviderBehavior::Refuse => Answer::Refused("no such number".to_owned()),
            ProviderBehavior::RefuseRepeatingTheRequest => Answer::Refused(format!("cannot send {text:?} to {to}")),
            ProviderBehavior::RetryLater(after) => Answer::RetryLater(after),
            ProviderBehavior::Garbage => Answer::Garbage,
            ProviderBehavior::Hang => std::future::pending().await,
            ProviderBehavior::Close | ProviderBehavior::Unreachable => Answer::ConnectionLost,
        }
    }
}
