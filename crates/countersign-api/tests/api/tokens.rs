//! Page tokens come back unaltered, to the query that gave them, or not at all.

use std::sync::Arc;

use countersign::store::{Limit, Order};
use countersign::{KeyId, KeySecret, Keyring, WorkspaceId};
use countersign_api::{ListQuery, VerifyError};
use countersign_testkit::NaiveStore;
use countersign_testkit::fixtures::at;

use crate::service::{ELSEWHERE, Service, WORKSPACE};

async fn with_token(service: &Service) -> ListQuery {
    service.started().await;
    service.started().await;
    let query = ListQuery { limit: Some(Limit::MIN), ..ListQuery::default() };
    let page_token = service.verifier.list(WORKSPACE, &query).await.unwrap().next_page_token;
    assert!(page_token.is_some());
    ListQuery { page_token, ..query }
}

fn assert_refused(error: &VerifyError) {
    let refused = error.refused().unwrap();
    assert_eq!((refused.status, refused.body.code.as_str()), (422, "InvalidPayload"));
    assert!(refused.body.faults().all(|(path, _)| path == ".pageToken"));
}

async fn refuses(service: &Service, workspace: WorkspaceId, query: &ListQuery) {
    let error = service.verifier.list(workspace, query).await;
    assert_refused(&error.expect_err(query.page_token.as_deref().unwrap_or_default()));
}

#[tokio::test]
async fn a_token_altered_in_any_character_is_refused() {
    let service = Service::new();
    let query = with_token(&service).await;
    let token = query.page_token.clone().unwrap();
    for place in 0..token.len() {
        for other in (b' '..=b'~').map(char::from).filter(|other| !token[place..].starts_with(*other)) {
            let altered = format!("{}{other}{}", &token[..place], &token[place + 1..]);
            refuses(&service, WORKSPACE, &ListQuery { page_token: Some(altered), ..query.clone() }).await;
        }
    }
}

#[tokio::test]
async fn a_token_cut_or_drawn_out_is_refused() {
    let service = Service::new();
    let query = with_token(&service).await;
    let token = query.page_token.clone().unwrap();
    let cut = (0..token.len()).map(|length| token[..length].to_owned());
    let long = [format!("{token}A"), format!("{token}="), format!("{token}{token}"), "A".repeat(8000), "é".to_owned()];
    for altered in cut.chain(long) {
        refuses(&service, WORKSPACE, &ListQuery { page_token: Some(altered), ..query.clone() }).await;
    }
}

#[tokio::test]
async fn a_token_fits_its_own_workspace_order_and_times_alone() {
    let service = Service::new();
    let query = with_token(&service).await;
    refuses(&service, ELSEWHERE, &query).await;
    refuses(&service, WORKSPACE, &ListQuery { order: Order::OldestFirst, ..query.clone() }).await;
    for time in [at(0), at(1)] {
        refuses(&service, WORKSPACE, &ListQuery { start_at: Some(time), ..query.clone() }).await;
        refuses(&service, WORKSPACE, &ListQuery { end_at: Some(time), ..query.clone() }).await;
    }
    let more = ListQuery { limit: Some(Limit::MAX), ..query };
    assert_eq!(service.verifier.list(WORKSPACE, &more).await.unwrap().results.len(), 1);
}

#[tokio::test]
async fn a_token_outlives_a_rotation_while_its_key_is_in_the_ring() {
    let secret = |seed: u8| {
        let bytes: Vec<u8> = (0..32).map(|byte: u8| byte.wrapping_mul(37).wrapping_add(seed)).collect();
        KeySecret::from_bytes(&bytes).unwrap()
    };
    let ring = |id| Keyring::new(KeyId::new(id), secret(id.try_into().unwrap()));
    let store = Arc::new(NaiveStore::new());
    let before = Service::over(store.clone(), ring(1));
    let query = with_token(&before).await;
    let rotated = Service::over(store.clone(), ring(2).with_older(KeyId::new(1), secret(1)).unwrap());
    assert_eq!(rotated.verifier.list(WORKSPACE, &query).await.unwrap().results.len(), 1);
    refuses(&Service::over(store, ring(2)), WORKSPACE, &query).await;
}
