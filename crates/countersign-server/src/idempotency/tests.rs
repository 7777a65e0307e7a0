use std::time::Duration;

use bytes::Bytes;
use countersign::WorkspaceId;
use countersign_http::idempotency::{Claim, IdempotencyKey, IdempotencyStore as _, StoredResponse};
use countersign_testkit::redis_server::Server as RedisServer;
use uuid::Uuid;

use super::RedisIdempotencyStore;
use crate::settings::RedisSettings;

const MINUTE: Duration = Duration::from_secs(60);
const SEAL: [u8; 16] = [7; 16];

fn key(workspace: u128, key: &str) -> IdempotencyKey {
    IdempotencyKey::new(WorkspaceId::new(Uuid::from_u128(workspace)), key).expect("a sound key")
}

fn answer(status: u16, body: &'static str) -> StoredResponse {
    StoredResponse { status, body: Bytes::from_static(body.as_bytes()) }
}

async fn process(redis: &RedisServer) -> RedisIdempotencyStore {
    let settings = RedisSettings { urls: vec![redis.url()], ..RedisSettings::default() };
    RedisIdempotencyStore::connect(&settings).await.expect("it runs")
}

#[tokio::test]
async fn one_claim_wins_and_the_others_learn_its_seal() {
    let redis = RedisServer::start(&[]);
    let (one, other) = (process(&redis).await, process(&redis).await);
    let key = key(1, "order");
    assert_eq!(one.claim(&key, SEAL, MINUTE).await, Ok(Claim::Mine));
    for each in [&one, &other] {
        assert_eq!(each.claim(&key, [8; 16], MINUTE).await, Ok(Claim::Taken { seal: SEAL, answer: None }));
    }
}

#[tokio::test]
async fn a_kept_answer_is_given_again_and_stays_as_it_is() {
    let redis = RedisServer::start(&[]);
    let (one, other) = (process(&redis).await, process(&redis).await);
    let key = key(1, "order");
    assert_eq!(one.claim(&key, SEAL, MINUTE).await, Ok(Claim::Mine));
    one.keep(&key, SEAL, answer(202, "first")).await.expect("it keeps");
    // Somebody whose lease ran out long ago.
    other.keep(&key, [8; 16], answer(400, "late")).await.expect("it answers");
    other.release(&key).await.expect("it answers");
    let kept = Claim::Taken { seal: SEAL, answer: Some(answer(202, "first")) };
    assert_eq!(other.claim(&key, [9; 16], MINUTE).await, Ok(kept));
}

#[tokio::test]
async fn a_claim_ends_by_itself_when_its_lease_is_over() {
    let redis = RedisServer::start(&[]);
    let (one, other) = (process(&redis).await, process(&redis).await);
    let key = key(1, "order");
    assert_eq!(one.claim(&key, SEAL, Duration::from_millis(50)).await, Ok(Claim::Mine));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(other.claim(&key, SEAL, MINUTE).await, Ok(Claim::Mine));
    // It is another's now: who lost it takes it from nobody.
    one.release(&key).await.expect("it answers");
    assert_eq!(one.claim(&key, SEAL, MINUTE).await, Ok(Claim::Taken { seal: SEAL, answer: None }));
}

#[tokio::test]
async fn a_claim_that_is_given_back_is_free() {
    let redis = RedisServer::start(&[]);
    let one = process(&redis).await;
    let key = key(1, "order");
    assert_eq!(one.claim(&key, SEAL, MINUTE).await, Ok(Claim::Mine));
    one.release(&key).await.expect("it answers");
    assert_eq!(one.claim(&key, SEAL, MINUTE).await, Ok(Claim::Mine));
}

#[tokio::test]
async fn workspaces_do_not_see_each_other() {
    let redis = RedisServer::start(&[]);
    let one = process(&redis).await;
    assert_eq!(one.claim(&key(1, "order"), SEAL, MINUTE).await, Ok(Claim::Mine));
    assert_eq!(one.claim(&key(2, "order"), SEAL, MINUTE).await, Ok(Claim::Mine));
}

#[tokio::test]
async fn a_redis_that_is_gone_is_no_answer() {
    let redis = RedisServer::start(&[]);
    let one = process(&redis).await;
    drop(redis);
    let refused = one.claim(&key(1, "very-own-key"), SEAL, MINUTE).await.expect_err("nobody is there");
    assert!(!refused.to_string().contains("very-own-key"), "{refused}");
}
