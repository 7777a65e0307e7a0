use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;
use uuid::Uuid;

use super::cloud::{Cloud, Inner};
use super::line::Scissors;
use super::paging::{LastPage, Parameters, page};
use super::refusal::Refusal;
use super::scripted::answer;
use super::server::named;

type Shared = State<Arc<Cloud>>;
type Connection = ConnectInfo<Scissors>;

pub(super) async fn channels(
    State(cloud): Shared,
    ConnectInfo(scissors): Connection,
    Query(query): Query<Parameters>,
) -> Response {
    let list = |inner: &Inner| {
        let fits = |name, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
        let all = inner.channels.iter().map(|channel| (channel.id, channel));
        let fitting = all.filter(|(_, channel)| {
            fits("platform", channel.platform()) && fits("status", if channel.active { "active" } else { "inactive" })
        });
        page(&query, fitting.map(|(id, channel)| (id, channel.wire())).collect(), LastPage::WithoutToken)
    };
    read(&cloud, &scissors, list).await
}

pub(super) async fn channel(
    State(cloud): Shared,
    ConnectInfo(scissors): Connection,
    Path((_, id)): Path<(String, String)>,
) -> Response {
    let one = |inner: &Inner| Ok(inner.channel(named(&id)?).ok_or_else(|| Refusal::of(404))?.wire());
    read(&cloud, &scissors, one).await
}

pub(super) async fn navigators(
    State(cloud): Shared,
    ConnectInfo(scissors): Connection,
    Query(query): Query<Parameters>,
) -> Response {
    let list = |inner: &Inner| {
        let all = inner.navigators.iter().map(|navigator| (navigator.id, navigator.wire()));
        page(&query, all.collect(), LastPage::WithEmptyToken)
    };
    read(&cloud, &scissors, list).await
}

pub(super) async fn messages(
    State(cloud): Shared,
    ConnectInfo(scissors): Connection,
    Path((_, id)): Path<(String, String)>,
    Query(query): Query<Parameters>,
) -> Response {
    let list = |inner: &Inner| {
        let channel = inner.channel(named(&id)?).ok_or_else(|| Refusal::of(404))?.id;
        let fits = |name, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
        let of_channel = inner.messages.iter().filter(|message| message.channel == channel);
        let fitting = of_channel.filter(|message| {
            fits("status", message.status.as_str())
                && fits("direction", "outgoing")
                && fits("phonenumber", message.to())
        });
        page(&query, fitting.map(|message| (message.id, message.wire())).collect(), LastPage::WithoutToken)
    };
    read(&cloud, &scissors, list).await
}

pub(super) async fn message(
    State(cloud): Shared,
    ConnectInfo(scissors): Connection,
    Path((_, channel, id)): Path<(String, String, String)>,
) -> Response {
    let one = |inner: &Inner| {
        let (channel, id): (Uuid, Uuid) = (named(&channel)?, named(&id)?);
        let found = inner.message(id).filter(|message| message.channel == channel);
        Ok(found.ok_or_else(|| Refusal::of(404))?.wire())
    };
    read(&cloud, &scissors, one).await
}

async fn read(cloud: &Cloud, scissors: &Scissors, look: impl Fn(&Inner) -> Result<Value, Refusal>) -> Response {
    let scripted = cloud.lock().reads.pop_front();
    let work = async { look(&cloud.lock()) };
    answer(cloud, scissors, scripted, StatusCode::OK, work).await
}
