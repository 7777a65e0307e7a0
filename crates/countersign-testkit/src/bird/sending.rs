use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;
use uuid::Uuid;

use super::channel::Channel;
use super::cloud::Cloud;
use super::line::Scissors;
use super::message::ReceivedMessage;
use super::refusal::{Faults, Refusal};
use super::schema;
use super::scripted::answer;
use super::server::named;

/// Whom the path names.
enum By {
    Channel(String),
    Navigator(String),
}

pub(super) async fn by_channel(
    State(cloud): State<Arc<Cloud>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    Path((_, channel)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    send(&cloud, &scissors, By::Channel(channel), &body).await
}

pub(super) async fn by_navigator(
    State(cloud): State<Arc<Cloud>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    Path((_, navigator)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    send(&cloud, &scissors, By::Navigator(navigator), &body).await
}

async fn send(cloud: &Arc<Cloud>, scissors: &Scissors, by: By, body: &[u8]) -> Response {
    let scripted = cloud.lock().posts.pop_front();
    let work = async {
        let message = accept(cloud, &by, body)?;
        let tells_first = cloud.lock().outbox.habits.before_answer;
        if tells_first {
            cloud.deliver_of(message.id).await;
        }
        // As it was taken, whatever has become of it meanwhile.
        Ok(message.wire())
    };
    answer(cloud, scissors, scripted, StatusCode::ACCEPTED, work).await
}

fn accept(cloud: &Cloud, by: &By, body: &[u8]) -> Result<ReceivedMessage, Refusal> {
    let mut inner = cloud.lock();
    let (channel, navigator): (Channel, Option<Uuid>) = match by {
        By::Channel(id) => (inner.channel(named(id)?).cloned().ok_or_else(|| Refusal::of(404))?, None),
        By::Navigator(id) => {
            let id = named(id)?;
            if !inner.navigators.iter().any(|navigator| navigator.id == id) {
                return Err(Refusal::of(404));
            }
            let none = Refusal::of(422).with("InvalidPayload", "the navigator has no channel to choose");
            (inner.navigate().ok_or(none)?, Some(id))
        }
    };
    let Ok(posted) = serde_json::from_slice::<Value>(body) else {
        let mut faults = Faults::default();
        faults.add("", "value must be JSON");
        return Err(Refusal::invalid(&faults));
    };
    let faults = schema::faults(&posted, channel.identifier_key());
    if !faults.is_empty() {
        return Err(Refusal::invalid(&faults));
    }
    if !channel.active {
        return Err(Refusal::of(422).with("InvalidPayload", "the channel is not active"));
    }
    let message = inner.keep(&channel, navigator, posted, cloud.clock.now());
    let arrived = inner.messages.len();
    drop(inner);
    cloud.arrived.send_replace(arrived);
    Ok(message)
}
