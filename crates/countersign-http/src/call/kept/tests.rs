use std::time::Duration;

use countersign::WorkspaceId;
use tokio::time::{Instant, advance};
use uuid::Uuid;

use super::KeptBytes;
use crate::bounds::RequestLimits;

const OURS: WorkspaceId = WorkspaceId::new(Uuid::from_u128(1));
const THEIRS: WorkspaceId = WorkspaceId::new(Uuid::from_u128(2));
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn kept() -> KeptBytes {
    let bounds = RequestLimits::default().with_max_kept_bytes(1_000_000).with_max_kept_bytes_per_workspace(100_000);
    KeptBytes::new(&bounds, false)
}

/// Keeps answers of a kilobyte until one is refused; returns how many and the status of the refusal.
fn fill(kept: &KeptBytes, workspace: WorkspaceId) -> (usize, u16) {
    for count in 0.. {
        if let Err(refused) = kept.admit(workspace) {
            return (count, refused.status);
        }
        kept.add(workspace, 1_000);
    }
    unreachable!("it is bounded");
}

#[tokio::test(start_paused = true)]
async fn a_workspace_at_its_bound_is_told_to_wait_and_another_keeps_on() {
    let kept = kept();
    assert_eq!(fill(&kept, OURS), (50, 429));
    assert_eq!(fill(&kept, THEIRS), (50, 429));
    let wait = kept.admit(OURS).unwrap_err().retry_after.unwrap();
    advance(wait).await;
    assert!(kept.admit(OURS).is_ok(), "after {wait:?}");
}

#[tokio::test(start_paused = true)]
async fn never_is_more_kept_than_the_bound_within_the_time() {
    let (kept, began) = (kept(), Instant::now());
    let mut at = Vec::new();
    while began.elapsed() < 3 * DAY {
        while kept.admit(OURS).is_ok() {
            kept.add(OURS, 1_000);
            at.push(began.elapsed());
        }
        advance(Duration::from_secs(600)).await;
    }
    for end in &at {
        let within = at.iter().filter(|time| *time <= end && **time + DAY > *end).count();
        assert!(within <= 101, "{within} within a day before {end:?}");
    }
    assert!(at.len() > 150, "it keeps on: {}", at.len());
}

#[tokio::test(start_paused = true)]
async fn all_together_have_a_bound_too() {
    let kept = kept();
    let full = (0..10).map(|number| fill(&kept, WorkspaceId::new(Uuid::from_u128(10 + number)))).collect::<Vec<_>>();
    assert_eq!(full, [(50, 429); 10]);
    assert_eq!(fill(&kept, OURS), (0, 503));
}
