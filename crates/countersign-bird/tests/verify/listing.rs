//! Lists as a stream.

use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Limit, Order};
use countersign::{StartRequest, WorkspaceId};
use countersign_api::{ErrorCode, ListQuery, Record, RecordId, ToErrorCode as _, Verifier as _, VerifyError};
use countersign_testkit::SteppedClock;
use countersign_testkit::bird::{BirdCloud, ScriptedAnswer};
use countersign_testkit::fixtures::phone;
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::json;

use crate::stage::hosted;

async fn started(bird: &BirdCloud, clock: &SteppedClock, count: usize) -> Vec<RecordId> {
    let sms = countersign::ChannelId::new(bird.add_channel("sms-messagebird", "Us"));
    let (hosted, mut ids) = (hosted(bird), Vec::new());
    for _ in 0..count {
        clock.advance(Duration::from_secs(1));
        ids.push(hosted.start(bird.workspace_id(), StartRequest::new(phone()).step(sms)).await.unwrap().id);
    }
    ids
}

async fn ids(bird: &BirdCloud, workspace: WorkspaceId, query: ListQuery) -> Result<Vec<RecordId>, VerifyError> {
    let records: Vec<Record> = hosted(bird).list_all(workspace, query).try_collect().await?;
    Ok(records.into_iter().map(|record| record.id).collect())
}

#[tokio::test]
async fn a_list_is_streamed_over_all_of_its_pages() {
    let clock = SteppedClock::default();
    let bird = BirdCloud::start_by(1, Arc::new(clock.clone()));
    let started = started(&bird, &clock, 7).await;
    let here = bird.workspace_id();
    for limit in [1, 3, 7, 1000] {
        let limit = Some(Limit::new(limit).unwrap());
        let query = ListQuery { limit, order: Order::OldestFirst, ..ListQuery::default() };
        assert_eq!(ids(&bird, here, query).await.unwrap(), started);
    }
    let newest_first: Vec<_> = started.iter().rev().copied().collect();
    assert_eq!(ids(&bird, here, ListQuery::default()).await.unwrap(), newest_first);
}

#[tokio::test]
async fn pages_are_asked_for_when_they_are_needed() {
    let clock = SteppedClock::default();
    let bird = BirdCloud::start_by(2, Arc::new(clock.clone()));
    started(&bird, &clock, 5).await;
    let before = bird.requests().len();
    let query = ListQuery { limit: Some(Limit::new(2).unwrap()), ..ListQuery::default() };
    let first: Vec<_> = hosted(&bird).list_all(bird.workspace_id(), query).take(2).collect().await;
    assert!(first.len() == 2 && first.iter().all(Result::is_ok));
    assert_eq!(bird.requests().len() - before, 1);
}

#[tokio::test]
async fn a_list_that_leads_back_to_itself_ends_with_an_error() {
    let bird = BirdCloud::start(3);
    let page = json!({ "results": [], "nextPageToken": "again" });
    bird.script_verify(ScriptedAnswer::Json(200, page.clone())).script_verify(ScriptedAnswer::Json(200, page));
    let error = ids(&bird, bird.workspace_id(), ListQuery::default()).await.unwrap_err();
    assert!(matches!(error, VerifyError::Unknown { .. }), "{error}");
    assert_eq!(bird.requests().len(), 2);
}

#[tokio::test]
async fn a_stream_ends_with_its_first_error() {
    let bird = BirdCloud::start(4);
    bird.script_verify(ScriptedAnswer::Status(404));
    let all: Vec<_> = hosted(&bird).list_all(bird.workspace_id(), ListQuery::default()).collect().await;
    assert!(all.len() == 1 && all[0].as_ref().unwrap_err().error_code() == ErrorCode::NotFound);
}

#[tokio::test]
async fn a_page_of_a_thousand_records_has_room() {
    let bird = BirdCloud::start(5);
    let record: serde_json::Value = serde_json::from_str(include_str!("../fixtures/verify/verification.json")).unwrap();
    bird.script_verify(ScriptedAnswer::Json(200, json!({ "results": vec![record; 1000] })));
    let query = ListQuery { limit: Some(Limit::MAX), ..ListQuery::default() };
    assert_eq!(hosted(&bird).list(bird.workspace_id(), &query).await.unwrap().results.len(), 1000);
}
