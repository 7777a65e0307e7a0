use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use countersign::{
    Address, AttemptId, Dispatch, MessageId, Platform, Receipt, SendError, SendResult, SubmittedCode, Transport,
    VerificationId,
};
use uuid::Uuid;

/// One message that an engine asked a [`ScriptedTransport`] to send, and the answer.
#[derive(Clone)]
pub struct Sent {
    /// Our reference.
    pub reference: AttemptId,
    /// The platform of its step.
    pub platform: Platform,
    /// The address that it was sent to.
    pub address: Address,
    /// Which send of that reference this was, from 1.
    pub try_number: usize,
    /// What the engine got back.
    pub result: SendResult,
    code: String,
}

impl Sent {
    /// Returns the code that the message carried.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent")
            .field("reference", &self.reference)
            .field("platform", &self.platform)
            .field("address", &self.address)
            .field("try_number", &self.try_number)
            .field("result", &self.result)
            .finish_non_exhaustive()
    }
}

/// A transport that answers what a test scripted, and accepts everything when the script is empty.
///
/// It keeps every message with its code.
pub struct ScriptedTransport {
    by_message_id: bool,
    inner: Mutex<Inner>,
    hook: Mutex<Option<Hook>>,
}

#[derive(Default)]
struct Inner {
    script: VecDeque<SendResult>,
    sent: Vec<Sent>,
}

type Hook = Arc<dyn Fn(&Dispatch) + Send + Sync>;

impl ScriptedTransport {
    /// Builds a transport whose reports name our reference: it answers [`Receipt::ByReference`] without an id.
    #[must_use]
    pub fn new() -> Self {
        Self::answering(false)
    }

    /// Builds a transport whose reports name the provider's id: it answers [`Receipt::ByMessageId`] with UUIDs, one for
    /// each message, the same on every run.
    #[must_use]
    pub fn by_message_id() -> Self {
        Self::answering(true)
    }

    fn answering(by_message_id: bool) -> Self {
        Self { by_message_id, inner: Mutex::default(), hook: Mutex::default() }
    }

    /// Adds one answer to the end of the script.
    pub fn then_return(&self, result: SendResult) -> &Self {
        self.lock().script.push_back(result);
        self
    }

    /// Calls the hook with every message before it is answered: to make something else happen at that moment.
    pub fn on_send(&self, hook: Box<dyn Fn(&Dispatch) + Send + Sync>) {
        *self.hook.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::from(hook));
    }

    /// Returns every message so far, in order, including refused ones.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.lock().sent.clone()
    }

    /// Returns the messages of one verification.
    #[must_use]
    pub fn sent_for(&self, id: VerificationId) -> Vec<Sent> {
        self.lock().sent.iter().filter(|sent| sent.reference.verification() == id).cloned().collect()
    }

    /// Returns the code of the last message of a verification, as the person would type it.
    #[must_use]
    pub fn last_code_for(&self, id: VerificationId) -> Option<SubmittedCode> {
        submitted(self.lock().sent.iter().rfind(|sent| sent.reference.verification() == id)?)
    }

    /// Returns the code of one message.
    #[must_use]
    pub fn code_of(&self, reference: AttemptId) -> Option<SubmittedCode> {
        submitted(self.lock().sent.iter().rfind(|sent| sent.reference == reference)?)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn accept(&self, reference: AttemptId) -> Receipt {
        if !self.by_message_id {
            return Receipt::ByReference { message_id: None };
        }
        // One message, one id, however often it is sent: the ids of verifications differ, and attempts are counted.
        let id = reference.verification().as_uuid().as_u128() ^ (u128::from(reference.number()) << 64);
        Receipt::ByMessageId { message_id: MessageId::from_uuid(Uuid::from_u128(!id)) }
    }
}

impl Default for ScriptedTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedTransport").field("sent", &self.lock().sent.len()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        // Not called under the lock: it may block for as long as the test likes.
        let hook = self.hook.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(hook) = hook {
            hook(dispatch);
        }
        let reference = dispatch.reference();
        let mut inner = self.lock();
        let result = inner.script.pop_front().unwrap_or_else(|| Ok(self.accept(reference)));
        let try_number = 1 + inner.sent.iter().filter(|sent| sent.reference == reference).count();
        inner.sent.push(Sent {
            reference,
            platform: dispatch.step().platform().clone(),
            address: dispatch.address().clone(),
            try_number,
            result: result.clone(),
            code: dispatch.code().expose().to_owned(),
        });
        result
    }
}

fn submitted(sent: &Sent) -> Option<SubmittedCode> {
    SubmittedCode::parse(&sent.code).ok()
}
