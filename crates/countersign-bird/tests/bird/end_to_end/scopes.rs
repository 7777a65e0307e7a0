//! Whose messages a signing key may speak of, and by which name.

use countersign::{AttemptStatus, ReportScope};
use countersign_testkit::bird::{Failure, Fate, Of};
use countersign_testkit::fixtures::workspace;
use serde_json::json;

use super::house::House;

async fn two_tenants(scope: impl Into<ReportScope>) -> [Vec<AttemptStatus>; 2] {
    let house = House::with(1, scope, |client| client).await;
    house.bird.fate(Of::Platform("whatsapp"), Fate::DeliveryFailed(Failure::unknown_subscriber()));
    let first = house.start_in(workspace(1), 1, &[house.whatsapp, house.sms]).await;
    let second = house.start_in(workspace(2), 2, &[house.whatsapp, house.sms]).await;
    house.bird.settle().await;
    assert!(house.answered().iter().all(|status| *status == Some(200)), "{:?}", house.answered());
    [house.statuses(&first).await, house.statuses(&second).await]
}

#[tokio::test]
async fn one_account_at_bird_reports_on_the_messages_of_every_workspace() {
    let failed_over = vec![AttemptStatus::DeliveryFailed, AttemptStatus::Delivered];
    assert_eq!(two_tenants(ReportScope::All).await, [failed_over.clone(), failed_over]);
}

#[tokio::test]
async fn the_account_of_one_workspace_reports_on_no_other() {
    let [first, second] = two_tenants(workspace(1)).await;
    assert_eq!(first, [AttemptStatus::DeliveryFailed, AttemptStatus::Delivered]);
    assert_eq!(second, [AttemptStatus::Accepted]);
}

#[tokio::test]
async fn a_report_without_our_reference_counts_where_messages_are_found_by_birds_id() {
    for scope in [ReportScope::All, workspace(1).into(), workspace(2).into()] {
        let house = House::with(2, scope, |client| client).await;
        house.bird.fate(Of::Everything, Fate::Silent);
        let mut statuses = Vec::new();
        for step in [house.sms, house.other_sms] {
            let verification = house.start(7, &[step]).await;
            let id = house.bird.messages().last().unwrap().id();
            let payload = json!({ "id": id, "status": "delivered", "direction": "outgoing" });
            house.bird.tell(&json!({ "service": "channels", "event": "sms.outbound", "payload": payload }));
            house.bird.settle().await;
            statuses.extend(house.statuses(&verification).await);
        }
        assert_eq!(house.answered(), [Some(200); 2]);
        let found = if scope == workspace(2).into() { AttemptStatus::Accepted } else { AttemptStatus::Delivered };
        assert_eq!(statuses, [AttemptStatus::Accepted, found], "{scope:?}");
    }
}
