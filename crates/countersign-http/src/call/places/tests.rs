use countersign::WorkspaceId;
use uuid::Uuid;

use super::{Places, Shed};
use crate::bounds::RequestLimits;
use crate::call::Call;
use crate::shares::NoPlace;

const OURS: WorkspaceId = WorkspaceId::new(Uuid::from_u128(1));
const THEIRS: WorkspaceId = WorkspaceId::new(Uuid::from_u128(2));

#[test]
fn a_workspace_reads_few_lists_at_a_time_and_its_other_calls_and_other_workspaces_go_on() {
    let places = Places::new(&RequestLimits::default(), false);
    let held: Vec<_> = (0..4).map(|_| places.take(Call::List, OURS).unwrap()).collect();
    assert_eq!(places.take(Call::List, OURS).unwrap_err(), Shed::Lists(NoPlace::OfItsOwn));
    assert!(places.take(Call::Check, OURS).is_ok());
    assert!(places.take(Call::List, THEIRS).is_ok());
    drop(held);
    assert!(places.take(Call::List, OURS).is_ok());
}

#[test]
fn a_call_that_is_turned_away_keeps_no_place() {
    let bounds = RequestLimits::default().with_max_concurrent_requests(4).with_max_concurrent_requests_per_workspace(4);
    let places = Places::new(&bounds, false);
    let checks: Vec<_> = (0..4).map(|_| places.take(Call::Check, OURS).unwrap()).collect();
    for _ in 0..10 {
        assert_eq!(places.take(Call::Start, OURS).unwrap_err(), Shed::Calls(NoPlace::OfItsOwn));
        assert_eq!(places.take(Call::Start, THEIRS).unwrap_err(), Shed::Calls(NoPlace::InAll));
    }
    drop(checks);
    let starts: Vec<_> = (0..3).map(|_| places.take(Call::Start, THEIRS).unwrap()).collect();
    assert_eq!(places.take(Call::Resend, THEIRS).unwrap_err(), Shed::Sends(NoPlace::OfItsOwn));
    assert_eq!(places.take(Call::Failover, OURS).unwrap_err(), Shed::Sends(NoPlace::InAll));
    assert!(places.take(Call::Get, OURS).is_ok());
    drop(starts);
}
