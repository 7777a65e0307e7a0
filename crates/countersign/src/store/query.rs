use crate::bounded::bounded;
use crate::id::VerificationId;
use crate::machine::Verification;
use crate::time::Timestamp;

bounded! {
    /// How many at most: 1 to 1000, 10 unless asked otherwise (contract, section 2).
    Limit(usize), 1..=1000, default 10, Limit, new, get
}

/// Which end of time a list begins at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Order {
    /// The latest start first.
    #[default]
    NewestFirst,
    /// The earliest start first.
    OldestFirst,
}

/// Which page of a workspace's verifications. The default is the ten newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Query {
    /// Only those created at this time or later.
    pub start_at: Option<Timestamp>,
    /// Only those created before this time.
    pub end_at: Option<Timestamp>,
    /// Newest or oldest first.
    pub order: Order,
    /// Only those behind this one in the order: [`Page::next`] of the page before.
    pub after: Option<VerificationId>,
    /// At most so many.
    pub limit: Limit,
}

impl Query {
    /// Whether a record of that id belongs on some page from here on.
    #[must_use]
    pub fn matches_id(&self, id: VerificationId) -> bool {
        let created_at = id.created_at();
        let behind = self.after.is_none_or(|after| match self.order {
            Order::NewestFirst => id < after,
            Order::OldestFirst => id > after,
        });
        behind
            && self.start_at.is_none_or(|start| created_at >= start)
            && self.end_at.is_none_or(|end| created_at < end)
    }
}

/// Verifications of a workspace, in the order asked for.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// At most as many as asked for.
    pub verifications: Vec<Verification>,
    /// Where the next page goes on; none when there is no more.
    pub next: Option<VerificationId>,
}
