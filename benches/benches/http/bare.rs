//! The other side: axum, a map or the same Redis commands, and the same objects. No keys, no limits, no metrics, and codes
//! compared as they stand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use countersign::VerificationStatus;
use countersign_api::{Record, RecordId};
use redis::aio::MultiplexedConnection;
use serde::Deserialize;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::child::Known;
use crate::tape::{Operation, Wire};
use crate::{ours, tape};

const SHARDS: usize = 64;

struct Bare {
    shards: [Mutex<HashMap<Uuid, Known>>; SHARDS],
    /// Whose object a start is made after.
    pattern: Known,
    redis: Option<(MultiplexedConnection, HashMap<Uuid, Operation>)>,
}

#[derive(Deserialize)]
struct Check {
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Start {
    identifier: countersign_api::Identifier,
    steps: Vec<StartStep>,
    max_attempts: u32,
    timeout: u32,
    locale: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StartStep {
    channel_id: countersign::ChannelId,
}

impl Bare {
    fn of(known: &[Known]) -> Self {
        let bare = Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            pattern: known.first().expect("somebody lives here").clone(),
            redis: None,
        };
        for known in known {
            let id = *known.record.id.as_uuid();
            bare.shard(id).lock().expect("nobody panicked").insert(id, known.clone());
        }
        bare
    }

    fn shard(&self, id: Uuid) -> &Mutex<HashMap<Uuid, Known>> {
        &self.shards[usize::from(id.as_bytes()[15]) % SHARDS]
    }
}

type Answer<T> = Result<T, StatusCode>;

async fn look(State(bare): State<Arc<Bare>>, Path((_, id)): Path<(Uuid, Uuid)>) -> Answer<Json<Record>> {
    let shard = bare.shard(id).lock().expect("nobody panicked");
    shard.get(&id).map(|known| Json(known.record.clone())).ok_or(StatusCode::NOT_FOUND)
}

async fn check(
    State(bare): State<Arc<Bare>>,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Json(Check { code }): Json<Check>,
) -> Answer<Json<Record>> {
    if let Some((connection, operations)) = &bare.redis {
        let operation = operations.get(&id).ok_or(StatusCode::NOT_FOUND)?;
        tape::say_one(&mut connection.clone(), operation).await;
    }
    let mut shard = bare.shard(id).lock().expect("nobody panicked");
    let known = shard.get_mut(&id).ok_or(StatusCode::NOT_FOUND)?;
    if known.code != code {
        known.record.failed_attempts += 1;
        return Err(StatusCode::BAD_REQUEST);
    }
    known.record.status = VerificationStatus::Verified.into();
    Ok(Json(known.record.clone()))
}

async fn start(State(bare): State<Arc<Bare>>, Json(start): Json<Start>) -> (StatusCode, Json<Record>) {
    let mut random = [0; 10];
    rand::Rng::fill_bytes(&mut rng(), &mut random);
    let id = uuid::Builder::from_unix_timestamp_millis(1_790_000_000_000, &random).into_uuid();
    let mut known = bare.pattern.clone();
    known.record.id = RecordId::new(id);
    known.record.identifier = start.identifier;
    known.record.locale = start.locale;
    known.record.max_attempts = start.max_attempts;
    known.record.timeout = start.timeout;
    known.record.steps.truncate(start.steps.len());
    assert!(start.steps.iter().all(|step| step.channel_id == ours::SMS), "one channel");
    let record = known.record.clone();
    bare.shard(id).lock().expect("nobody panicked").insert(id, known);
    (StatusCode::ACCEPTED, Json(record))
}

#[allow(clippy::disallowed_methods, reason = "a floor is what the crate does by itself")]
fn rng() -> rand::rngs::ThreadRng {
    rand::rng()
}

pub(crate) async fn serve(live: usize) -> (String, Vec<Known>) {
    let known = ours::records(live).await;
    (listen(Bare::of(&known)).await, known)
}

/// Every check says to Redis what ours says: recorded, word for word, while ours did it.
pub(crate) async fn serve_on_redis(url: &str, live: usize) -> (String, Vec<Known>) {
    let client = redis::Client::open(url).expect("a URL");
    let mut connection = client.get_multiplexed_async_connection().await.expect("it runs");
    let wire = Wire::to(url);
    let recorded = ours::recorded(&wire, live).await;
    // All is as it was before the checks.
    redis::cmd("FLUSHALL").exec_async(&mut connection).await.expect("it may be emptied");
    let (mut known, mut operations) = (Vec::with_capacity(live), HashMap::with_capacity(live));
    for (one, [start, check]) in recorded {
        tape::say_one(&mut connection, &start).await;
        operations.insert(*one.record.id.as_uuid(), check);
        known.push(one);
    }
    let bare = Bare { redis: Some((connection, operations)), ..Bare::of(&known) };
    (listen(bare).await, known)
}

async fn listen(bare: Bare) -> String {
    use axum::serve::ListenerExt as _;
    let app = Router::new()
        .route("/workspaces/{workspace}/verify", post(start))
        .route("/workspaces/{workspace}/verify/{id}", get(look).post(check))
        .with_state(Arc::new(bare));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("bound").to_string();
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}
