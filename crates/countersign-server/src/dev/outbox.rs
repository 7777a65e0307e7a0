use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use countersign::{
    AttemptId, Dispatch, Entropy as _, MessageId, Receipt, SendError, ThreadEntropy, Transport, VerificationId,
};
use countersign_messages::Messages;
use uuid::Uuid;

use super::message::{Message, Said};

/// "Sends" by keeping the newest messages, for a person or a test to look at.
pub(super) struct Outbox {
    messages: Messages,
    kept: Mutex<VecDeque<Message>>,
}

/// How many messages are kept.
const CAPACITY: usize = 1000;

impl Outbox {
    pub(super) fn new(messages: Messages) -> Self {
        Self { messages, kept: Mutex::default() }
    }

    /// All messages, or those of one verification; oldest first.
    pub(super) fn messages(&self, of: Option<VerificationId>) -> Vec<Message> {
        let kept = self.kept();
        kept.iter().filter(|message| of.is_none_or(|of| message.verification_id == of)).cloned().collect()
    }

    /// Notes what the carrier says of a message. Gives the message, if it is there.
    pub(super) fn note(&self, id: Uuid, said: Said) -> Option<Message> {
        let mut kept = self.kept();
        let message = kept.iter_mut().find(|message| message.message_id == id)?;
        message.status = said;
        Some(message.clone())
    }

    /// A try that comes again with the same reference is the same message: some providers do so too.
    fn known(&self, reference: AttemptId) -> Option<Uuid> {
        // The newest ones first: a second try comes soon.
        self.kept().iter().rev().find(|message| message.reference == reference).map(|message| message.message_id)
    }

    fn keep(&self, message: Message) {
        let mut kept = self.kept();
        if kept.len() >= CAPACITY {
            kept.pop_front();
        }
        kept.push_back(message);
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Message>> {
        // Every change above is whole before anything could panic.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for Outbox {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let id = match self.known(dispatch.reference()) {
            Some(id) => id,
            None => {
                let id = random_id()?;
                self.keep(Message::write(dispatch, &self.messages, id));
                id
            }
        };
        Ok(Receipt::ByReference { message_id: Some(MessageId::from_uuid(id)) })
    }
}

fn random_id() -> Result<Uuid, SendError> {
    let mut bytes = [0; 16];
    let none =
        |_| SendError::NotSent { retry_after: None, detail: Some("the system gives no random bytes".to_owned()) };
    ThreadEntropy.fill(&mut bytes).map_err(none)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outbox({} messages)", self.kept().len())
    }
}
