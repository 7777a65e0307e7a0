use std::collections::BTreeMap;

use countersign::store::{Query, Version};
use countersign::{Attempt, MessageId, RecipientKey, Timestamp, Verification, VerificationId, WorkspaceId};

use super::bug::Bug;

/// Records, and apart from them the states whose keys count: an index for each kind of question.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    bug: Option<Bug>,
    pub(crate) records: BTreeMap<VerificationId, (Verification, Version)>,
    pub(crate) messages: BTreeMap<VerificationId, Verification>,
    pub(crate) recipients: BTreeMap<VerificationId, Verification>,
    pub(crate) due: BTreeMap<VerificationId, Verification>,
    /// Messages that lead to a record which does not name them.
    left_over: BTreeMap<MessageId, VerificationId>,
    /// In the order of insertion.
    pub(crate) lists: Vec<Verification>,
    /// The first state of each id that ever was.
    pub(crate) first: BTreeMap<VerificationId, Verification>,
    /// Where a cursor stood when it was given.
    pub(crate) places: BTreeMap<(VerificationId, bool), usize>,
    writes: u64,
}

impl Shelf {
    pub(crate) fn new(bug: Option<Bug>) -> Self {
        Self { bug, ..Self::default() }
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    pub(crate) fn next_version(&mut self, current: Option<Version>) -> Version {
        self.writes += 1;
        if self.has(Bug::VersionsBeginAgainAfterADelete) {
            return Version::new(1 + current.map_or(0, Version::get));
        }
        Version::new(self.writes)
    }

    pub(crate) fn put_record(&mut self, record: &Verification, version: Version) {
        self.records.insert(record.id(), (record.clone(), version));
        self.first.entry(record.id()).or_insert_with(|| record.clone());
    }

    pub(crate) fn put_keys(&mut self, record: &Verification) {
        let id = record.id();
        let (opened, ended) = (!self.lists.iter().any(|it| it.id() == id), record.ended_at().is_some());
        let before = self.messages.insert(id, record.clone());
        if let Some(before) = before.filter(|_| self.has(Bug::MessagesAreKeptWhenReplaced)) {
            self.keep_messages(&before);
        }
        if !(ended && self.has(Bug::RecipientsKeepTheEnded)) {
            self.recipients.insert(id, record.clone());
        }
        let earlier = self.due.get(&id).and_then(Verification::next_timeout);
        let keeps = (self.has(Bug::DueKeepsTheOldTime) && earlier.is_some() && !ended)
            || (self.has(Bug::DueKeepsTheEarliestTime)
                && !ended
                && earlier < record.next_timeout()
                && earlier.is_some())
            || (self.has(Bug::DueKeepsTheEnded) && ended);
        if !keeps {
            self.due.insert(id, record.clone());
        }
        if opened {
            self.lists.push(record.clone());
        } else if self.has(Bug::ListHidesTheEnded) && ended {
            self.lists.retain(|listed| listed.id() != id);
        }
    }

    pub(crate) fn keep_messages(&mut self, of: &Verification) {
        self.left_over.extend(of.index_keys().messages().map(|message| (message.clone(), of.id())));
    }

    pub(crate) fn remove(&mut self, id: VerificationId) {
        if !self.has(Bug::DeleteKeepsTheRecord) {
            self.records.remove(&id);
        }
        self.remove_keys(id);
    }

    pub(crate) fn remove_keys(&mut self, id: VerificationId) {
        let shared = self.has(Bug::ASharedMessageLeadsToTheDeleted) && self.shares_a_message(id);
        if !shared && !self.has(Bug::DeleteLeavesMessages) {
            self.messages.remove(&id);
        }
        if !self.has(Bug::DeleteLeavesRecipients) {
            self.recipients.remove(&id);
        }
        if !self.has(Bug::DeleteLeavesDueTimes) {
            self.due.remove(&id);
        }
        if !self.has(Bug::DeleteLeavesLists) {
            self.lists.retain(|listed| listed.id() != id);
        }
    }

    fn shares_a_message(&self, id: VerificationId) -> bool {
        let names = |record: &Verification| record.index_keys().messages().cloned().collect::<Vec<_>>();
        let own = self.messages.get(&id).map(names).unwrap_or_default();
        self.messages.values().any(|other| other.id() != id && names(other).iter().any(|name| own.contains(name)))
    }

    pub(crate) fn by_message(&self, message: &MessageId) -> Option<VerificationId> {
        let spelled = |id: &MessageId| match self.bug {
            Some(Bug::MessagesIgnoreCase) => id.to_string().to_lowercase(),
            Some(Bug::MessagesAreCut) => id.to_string().chars().take(64).collect(),
            Some(_) | None => id.to_string(),
        };
        let named = |record: &&Verification| {
            let attempts = record.attempts().iter().filter_map(Attempt::message_id);
            let keys = record.index_keys();
            let wanted = |named: &MessageId| spelled(named) == spelled(message);
            match self.bug {
                Some(Bug::MessagesAreKeptAfterTheEnd) => attempts.into_iter().any(wanted),
                Some(Bug::OnlyTheLastMessageIsKept) => keys.messages().last().is_some_and(wanted),
                Some(_) | None => keys.messages().any(wanted),
            }
        };
        let found = self.messages.values().find(named).map(Verification::id);
        found.or_else(|| self.left_over.get(message).copied())
    }

    /// Oldest first.
    pub(crate) fn by_recipient(&self, recipient: RecipientKey) -> Vec<VerificationId> {
        let wanted = |record: &&Verification| {
            let open = record.index_keys().open_recipient;
            match self.bug {
                Some(Bug::RecipientsAreThoseOfOneTag) => open.is_some_and(|key| key.tag() == recipient.tag()),
                Some(Bug::EndedRecordsCountAgainstTheLimit) => {
                    let first = self.first.get(&record.id()).unwrap_or(record);
                    first.index_keys().open_recipient == Some(recipient)
                }
                Some(_) | None => open == Some(recipient),
            }
        };
        self.recipients.values().filter(wanted).map(Verification::id).collect()
    }

    /// Earliest first.
    pub(crate) fn due_at(&self, now: Timestamp) -> Vec<VerificationId> {
        let by_second = |time: Timestamp| Timestamp::from_millis(time.as_millis() / 1_000 * 1_000);
        let times = self.due.values().filter_map(|record| Some((record.next_timeout()?, record.id())));
        let mut due: Vec<_> = times
            .filter(|(at, _)| match self.bug {
                Some(Bug::DueExcludesItsMillisecond) => *at < now,
                Some(Bug::DueByTheSecond) => by_second(*at) <= now,
                Some(_) | None => *at <= now,
            })
            .collect();
        due.sort_unstable();
        due.into_iter().map(|(_, id)| id).collect()
    }

    /// In the order of insertion.
    pub(crate) fn listed(&self, workspace: WorkspaceId, query: &Query) -> Vec<VerificationId> {
        if self.has(Bug::CursorNeedsItsRecord) && query.after.is_some_and(|after| !self.records.contains_key(&after)) {
            return Vec::new();
        }
        let windowless = Query { start_at: None, end_at: None, ..*query };
        let admits = |id: VerificationId| {
            let (created_at, after) = (id.created_at(), query.after);
            match self.bug {
                Some(Bug::WindowIncludesItsEnd) => {
                    query.matches_id(id) || {
                        windowless.matches_id(id) && query.end_at == Some(created_at) && query.start_at <= query.end_at
                    }
                }
                Some(Bug::WindowExcludesItsStart) => query.matches_id(id) && query.start_at != Some(created_at),
                Some(Bug::CursorIncludesItself) => {
                    query.matches_id(id) || (after == Some(id) && Query { after: None, ..*query }.matches_id(id))
                }
                Some(Bug::CursorByTheMillisecond) => {
                    query.matches_id(id) && after.is_none_or(|after| after.created_at() != created_at)
                }
                Some(Bug::CursorByPlace) => Query { after: None, ..*query }.matches_id(id),
                Some(_) | None => query.matches_id(id),
            }
        };
        let of_workspace =
            |record: &&Verification| record.workspace() == workspace || self.has(Bug::ListOfAllWorkspaces);
        self.lists.iter().filter(of_workspace).map(Verification::id).filter(|id| admits(*id)).collect()
    }
}
