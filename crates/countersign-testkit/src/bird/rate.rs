use std::collections::VecDeque;
use std::time::Duration;

use countersign::Timestamp;

const SECOND: Duration = Duration::from_secs(1);
/// Reads of one workspace in any second.
const READS: usize = 50;
/// Posts of one workspace in any second.
const POSTS: usize = 500;

/// Counts the requests of the last second.
#[derive(Debug, Default)]
pub(super) struct Rates {
    reads: VecDeque<Timestamp>,
    posts: VecDeque<Timestamp>,
}

impl Rates {
    /// Whether one more is allowed; one that is not does not count.
    pub(super) fn allow(&mut self, is_read: bool, now: Timestamp) -> bool {
        let (counted, most) = if is_read { (&mut self.reads, READS) } else { (&mut self.posts, POSTS) };
        counted.retain(|at| now.saturating_duration_since(*at) < SECOND);
        let allowed = counted.len() < most;
        if allowed {
            counted.push_back(now);
        }
        allowed
    }
}
