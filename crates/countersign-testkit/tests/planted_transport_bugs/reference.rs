use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use countersign::{Dispatch, MessageId, Receipt, SendError, Step, Transport};
use countersign_testkit::conformance::transport::{Arrived, ProviderBehavior, TransportHarness};
use countersign_testkit::fixtures;
use tokio::time::{sleep, timeout};

use super::bug::Bug;
use super::provider::{Answer, Provider, Request};

const TIMEOUT: Duration = Duration::from_millis(100);
const LEASE: Duration = Duration::from_millis(800);

/// A transport that keeps the contract but for one planted bug, or none, over a provider in memory.
#[derive(Debug)]
pub(crate) struct Reference {
    bug: Option<Bug>,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    sends: Arc<AtomicUsize>,
}

impl Reference {
    pub(crate) fn new(bug: Option<Bug>) -> Self {
        Self { bug, arrived: Arc::default(), sends: Arc::default() }
    }
}

#[async_trait]
impl TransportHarness for Reference {
    async fn transport(&self, behavior: ProviderBehavior) -> Arc<dyn Transport> {
        let provider = Provider::new(behavior, self.arrived.clone());
        Arc::new(Gateway {
            bug: self.bug,
            provider,
            sends: self.sends.clone(),
            turn: tokio::sync::Mutex::default(),
            last: Mutex::default(),
        })
    }

    async fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn step(&self) -> Step {
        fixtures::sms()
    }

    fn lease(&self) -> Duration {
        LEASE
    }
}

struct Gateway {
    bug: Option<Bug>,
    provider: Provider,
    sends: Arc<AtomicUsize>,
    turn: tokio::sync::Mutex<()>,
    last: Mutex<String>,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Gateway");
        if self.has(Bug::DebugHoldsTheLastMessage) {
            debug.field("last", &self.last.lock().unwrap_or_else(PoisonError::into_inner));
        }
        debug.finish_non_exhaustive()
    }
}

impl Gateway {
    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    fn request(&self, dispatch: &Dispatch) -> Request {
        let reference = match self.bug {
            Some(Bug::LeavesTheReferenceOut) => None,
            Some(Bug::NewReferenceOnEachTry) => Some(format!("try {}", self.sends.load(Ordering::SeqCst))),
            Some(Bug::ReferenceOfTheVerificationAlone) => Some(dispatch.reference().verification().to_string()),
            Some(Bug::OneReferenceForAll) => Some("otp".to_owned()),
            Some(_) | None => Some(dispatch.reference().to_string()),
        };
        let code = if self.has(Bug::LeavesTheCodeOut) { "******" } else { dispatch.code().expose() };
        Request { reference, to: dispatch.address().to_canonical(), text: format!("{code} is your code") }
    }

    async fn post(&self, request: Request) -> Option<Answer> {
        let wait = match self.bug {
            Some(Bug::NeverEnds) => Duration::from_secs(3_600),
            Some(Bug::EndsTooLate) => LEASE + Duration::from_millis(200),
            Some(_) | None => TIMEOUT,
        };
        timeout(wait, self.provider.post(request)).await.ok()
    }

    fn receipt(&self, dispatch: &Dispatch) -> Receipt {
        let id = dispatch.reference().to_string();
        let id = if self.has(Bug::OneMessageIdForAll) { "SM1" } else { &id };
        Receipt::ByReference { message_id: MessageId::new(id) }
    }

    fn outcome(&self, answer: Option<Answer>, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let unknown = || Err(SendError::Unknown { detail: None });
        let not_sent = || Err(SendError::NotSent { retry_after: None, detail: None });
        let refused = |detail| Err(SendError::Refused { detail });
        match answer {
            Some(Answer::Accepted) if self.has(Bug::AcceptedIsUnknown) => unknown(),
            Some(Answer::Accepted) => Ok(self.receipt(dispatch)),
            Some(Answer::Refused(_)) if self.has(Bug::RefusedIsNotSent) => not_sent(),
            Some(Answer::Refused(reason)) if self.has(Bug::DetailHoldsTheAnswer) => refused(Some(reason)),
            Some(Answer::Refused(_)) if self.has(Bug::DetailHoldsTheAddress) => {
                refused(Some(format!("refused for {}", &dispatch.address().to_canonical()[3..])))
            }
            Some(Answer::Refused(_)) => refused(Some("refused".to_owned())),
            Some(Answer::RetryLater(_)) if self.has(Bug::DeferredIsRefused) => refused(None),
            Some(Answer::RetryLater(_)) if self.has(Bug::ForgetsWhenToTryAgain) => not_sent(),
            Some(Answer::RetryLater(after)) => {
                let after = if self.has(Bug::ReadsSecondsAsMilliseconds) { after.map(|it| it / 1_000) } else { after };
                Err(SendError::NotSent { retry_after: after, detail: None })
            }
            Some(Answer::NoConnection) if self.has(Bug::UnreachableIsUnknown) => unknown(),
            Some(Answer::NoConnection) if self.has(Bug::UnreachableIsRefused) => refused(None),
            Some(Answer::NoConnection) => not_sent(),
            Some(Answer::ConnectionLost) if self.has(Bug::ClosedIsNotSent) => not_sent(),
            Some(Answer::Garbage) if self.has(Bug::GarbageIsNotSent) => not_sent(),
            Some(Answer::Garbage) if self.has(Bug::GarbageIsAccepted) => Ok(self.receipt(dispatch)),
            None if self.has(Bug::SilenceIsNotSent) => not_sent(),
            None if self.has(Bug::SilenceIsRefused) => refused(None),
            Some(Answer::ConnectionLost | Answer::Garbage) | None => unknown(),
        }
    }
}

#[async_trait]
impl Transport for Gateway {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let _turn = if self.has(Bug::OneAfterTheOther) { Some(self.turn.lock().await) } else { None };
        self.sends.fetch_add(1, Ordering::SeqCst);
        let request = self.request(dispatch);
        if self.has(Bug::LogsTheRequest) {
            tracing::trace!(text = %request.text, "posting");
        }
        if self.has(Bug::LogsTheAddressInASpan) {
            let _span = tracing::trace_span!("posting", to = %request.to);
        }
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = request.text.clone();
        if self.has(Bug::SendsNothing) {
            return Ok(self.receipt(dispatch));
        }
        let mut answer = self.post(request.clone()).await;
        let again = match &answer {
            None => self.has(Bug::TriesAgainAfterSilence),
            Some(Answer::RetryLater(_)) => self.has(Bug::TriesAgainAfterADeferral),
            Some(_) => false,
        };
        if again {
            answer = self.post(request).await;
        } else if self.has(Bug::TriesAgainBehindTheCallersBack) && !matches!(answer, Some(Answer::Accepted)) {
            let provider = self.provider.clone();
            tokio::spawn(async move {
                sleep(Duration::from_millis(20)).await;
                let _ = timeout(TIMEOUT, provider.post(request)).await;
            });
        }
        self.outcome(answer, dispatch)
    }
}
