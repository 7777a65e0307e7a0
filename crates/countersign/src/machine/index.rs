use std::sync::Arc;

use super::attempt::{Attempt, MessageId};
use super::verification::{Phase, Verification};
use crate::id::{RecipientKey, VerificationId};
use crate::time::Timestamp;

/// What a store finds a record by; a record's keys change only with the record.
#[derive(Debug, Clone)]
pub struct IndexKeys<'a> {
    /// The recipient's key, as long as the record has not ended.
    pub open_recipient: Option<RecipientKey>,
    /// The same as [`Verification::next_timeout`].
    pub due: Option<Timestamp>,
    /// When it ended, once it has: from then on it may be purged.
    pub ended_at: Option<Timestamp>,
    id: VerificationId,
    attempts: &'a [Attempt],
}

impl<'a> IndexKeys<'a> {
    /// Provider's message ids that reports may name it by, as long as the record has not ended.
    ///
    /// Not those that [begin with our own reference](MessageId::reference), as those of emails do: they tell the record.
    pub fn messages(&self) -> impl Iterator<Item = &'a MessageId> + use<'a> {
        let id = self.id;
        let foreign = move |message: &&MessageId| message.reference().is_none_or(|own| own.verification() != id);
        self.attempts.iter().filter_map(Attempt::message_key).filter(foreign)
    }
}

impl Verification {
    /// When something must be done without being asked: a message to send, a silence to end, the expiry to note. None
    /// once it has ended. After [`handle_timeout`](Self::handle_timeout) at that time it is later, or none.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Verified { .. } | Phase::Failed { .. } | Phase::Expired { .. } | Phase::Canceled { .. } => None,
            Phase::Open => {
                let sends = self.body.attempts.iter().filter_map(Attempt::send_due);
                let silence = self.latest_of_current().and_then(|(_, attempt)| attempt.delivery_due());
                sends.chain(silence).chain([self.expires_at()]).min()
            }
        }
    }

    /// What a store must find this record by, besides its id, its workspace and its creation time.
    #[must_use]
    pub fn index_keys(&self) -> IndexKeys<'_> {
        let ended_at = self.ended_at();
        let open = ended_at.is_none();
        IndexKeys {
            open_recipient: open.then_some(self.body.recipient_key),
            due: self.next_timeout(),
            ended_at,
            id: self.id(),
            attempts: if open { &self.body.attempts } else { &[] },
        }
    }

    /// Whether this record and the next surely have the same keys, seen without looking at their attempts: so a wrong code
    /// costs a store no look at its indexes. `false` says nothing.
    #[must_use]
    pub fn has_same_index_keys(&self, next: &Self) -> bool {
        self.phase == Phase::Open
            && next.phase == Phase::Open
            && self.current_step == next.current_step
            && Arc::ptr_eq(&self.body, &next.body)
    }
}
