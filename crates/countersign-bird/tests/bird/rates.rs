//! How fast calls leave.

use std::time::Duration;

use countersign::{SendError, Transport as _};
use futures_util::future::join_all;
use tokio::time::Instant;

use crate::server::Server;
use crate::test_client::{WORKSPACE, client, dispatch, messages, send};

#[tokio::test]
async fn no_second_has_more_messages_than_the_rate() {
    let server = Server::start().await;
    let bird = client(&server).post_rate(50).build().unwrap();
    let transport = bird.transport(WORKSPACE, messages());
    let begun = Instant::now();
    let sends = join_all((0..95).map(|seed| send(&transport, seed))).await;
    let took = begun.elapsed();
    assert!(sends.iter().all(Result::is_ok));
    assert_eq!(server.arrived().len(), 95);
    // Five at once, and 45 a second from then on.
    assert!(took >= Duration::from_millis(1900), "{took:?}");
}

#[tokio::test]
async fn a_message_that_would_wait_too_long_is_put_off_at_once() {
    let server = Server::start().await;
    let bird = client(&server).post_rate(1).build().unwrap();
    let transport = bird.transport(WORKSPACE, messages());
    send(&transport, 0).await.unwrap();
    let begun = Instant::now();
    let waiting: Vec<_> = (1..20).map(|seed| (transport.clone(), seed)).collect();
    let sends = join_all(waiting.iter().map(|(transport, seed)| send(transport, *seed)));
    let put_off: Vec<_> = sends.await.into_iter().filter_map(Result::err).collect();
    assert!(put_off.len() >= 15, "{put_off:?}");
    for error in &put_off {
        let SendError::NotSent { retry_after: Some(wait), detail: Some(detail) } = error else { panic!("{error:?}") };
        assert!((Duration::from_secs(1)..=Duration::from_secs(20)).contains(wait), "{wait:?}");
        assert_eq!(detail, "the workspace's rate is used up");
    }
    // Those that could be sent in time were.
    assert_eq!(server.arrived().len(), 20 - put_off.len());
    assert!(begun.elapsed() < Duration::from_secs(6));
}

#[tokio::test]
async fn workspaces_do_not_wait_for_each_other() {
    let server = Server::start().await;
    let bird = client(&server).post_rate(1).build().unwrap();
    let (one, each) = (bird.transport(WORKSPACE, messages()), bird.transport_per_workspace(messages()));
    let begun = Instant::now();
    one.send(&dispatch(1)).await.unwrap();
    each.send(&dispatch(1)).await.unwrap();
    assert!(begun.elapsed() < Duration::from_millis(900));
}
