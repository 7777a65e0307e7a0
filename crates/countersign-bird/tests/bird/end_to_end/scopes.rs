//! Whose messages a signing key may speak of, and by which name.

use countersign::{AttemptStatus, ReportScope};
use countersign_testkit::bird::{CarrierFailure, MessageFate, MessageFilter};
use countersign_testkit::fixtures::workspace;
use serde_json::json;

use super::engine_over_bird::EngineOverBird;

async fn two_tenants(scope: impl Into<ReportScope>) -> [Vec<AttemptStatus>; 2] {
    let over_bird = EngineOverBird::with(1, scope, |client| client).await;
    over_bird
        .bird
        .fate(MessageFilter::Platform("whatsapp"), MessageFate::DeliveryFailed(CarrierFailure::unknown_subscriber()));
    let first = over_bird.start_in(workspace(1), 1, &[over_bird.whatsapp, over_bird.sms]).await;
    let second = over_bird.start_in(workspace(2), 2, &[over_bird.whatsapp, over_bird.sms]).await;
    over_bird.bird.settle().await;
    assert!(over_bird.answered().iter().all(|status| *status == Some(200)), "{:?}", over_bird.answered());
    [over_bird.statuses(&first).await, over_bird.statuses(&second).await]
}

#[tokio::test]
async fn one_account_at_bird_reports_on_the_messages_of_every_workspace() {
    let failed_over = vec![AttemptStatus::DeliveryFailed, AttemptStatus::Delivered];
    assert_eq!(two_tenants(ReportScope::AllWorkspaces).await, [failed_over.clone(), failed_over]);
}

#[tokio::test]
async fn the_account_of_one_workspace_reports_on_no_other() {
    let [first, second] = two_tenants(workspace(1)).await;
    assert_eq!(first, [AttemptStatus::DeliveryFailed, AttemptStatus::Delivered]);
    assert_eq!(second, [AttemptStatus::Accepted]);
}

#[tokio::test]
async fn a_report_without_our_reference_counts_where_messages_are_found_by_birds_id() {
    for scope in [ReportScope::AllWorkspaces, workspace(1).into(), workspace(2).into()] {
        let over_bird = EngineOverBird::with(2, scope, |client| client).await;
        over_bird.bird.fate(MessageFilter::Everything, MessageFate::Silent);
        let mut statuses = Vec::new();
        for step in [over_bird.sms, over_bird.other_sms] {
            let verification = over_bird.start(7, &[step]).await;
            let id = over_bird.bird.messages().last().unwrap().id();
            let payload = json!({ "id": id, "status": "delivered", "direction": "outgoing" });
            over_bird.bird.tell(&json!({ "service": "channels", "event": "sms.outbound", "payload": payload }));
            over_bird.bird.settle().await;
            statuses.extend(over_bird.statuses(&verification).await);
        }
        assert_eq!(over_bird.answered(), [Some(200); 2]);
        let found = if scope == workspace(2).into() { AttemptStatus::Accepted } else { AttemptStatus::Delivered };
        assert_eq!(statuses, [AttemptStatus::Accepted, found], "{scope:?}");
    }
}
