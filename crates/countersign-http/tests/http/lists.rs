//! Lists: pages both ways, windows of time, and tokens that nobody can bend.

use std::time::Duration;

use axum::http::Method;
use serde_json::Value;

use crate::test_server::{OURS, Said, THEIR_KEY, THEIRS, TestServer, all, request};

async fn filled(count: usize) -> (TestServer, Vec<String>) {
    let server = TestServer::new();
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(server.started().await["id"].as_str().unwrap().to_owned());
        server.clock.advance(Duration::from_secs(1));
    }
    (server, ids)
}

fn ids(page: &Value) -> Vec<String> {
    page["results"].as_array().unwrap().iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
}

/// All pages of a query, and how many there were; before each further one somebody starts another verification.
async fn walk(server: &TestServer, query: &str) -> (Vec<String>, usize) {
    let (mut seen, mut pages, mut token) = (Vec::new(), 0, None::<String>);
    loop {
        let more = token.as_ref().map_or(String::new(), |token| format!("&pageToken={token}"));
        let reply = server.get(&format!("{}?{query}{more}", all(OURS))).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let page = reply.json();
        seen.extend(ids(&page));
        pages += 1;
        token = page.get("nextPageToken").map(|token| token.as_str().unwrap().to_owned());
        if token.is_none() {
            return (seen, pages);
        }
        server.started().await;
    }
}

#[tokio::test]
async fn pages_go_both_ways_and_neither_repeat_nor_lose_one_while_others_start() {
    let (server, mut created) = filled(27).await;
    let (oldest_first, _) = walk(&server, "limit=4&reverse=true").await;
    assert_eq!(oldest_first[..27], created);
    let (newest_first, pages) = walk(&server, "limit=4").await;
    created.reverse();
    assert!(newest_first.ends_with(&created), "{newest_first:?}");
    assert!(pages > 7);
}

#[tokio::test]
async fn a_page_has_ten_unless_asked_and_between_one_and_a_thousand() {
    let (server, created) = filled(12).await;
    let first = server.get(&all(OURS)).await.json();
    assert_eq!(ids(&first), created.iter().rev().take(10).cloned().collect::<Vec<_>>());
    assert_eq!(ids(&server.get(&format!("{}?limit=1", all(OURS))).await.json()).len(), 1);
    assert_eq!(ids(&server.get(&format!("{}?limit=1000", all(OURS))).await.json()).len(), 12);
    for limit in ["0", "1001", "-1", "ten", "", "1e1"] {
        assert_eq!(server.get(&format!("{}?limit={limit}", all(OURS))).await.paths(), [".limit"]);
    }
}

#[tokio::test]
async fn a_window_begins_with_its_start_and_ends_before_its_end() {
    let (server, created) = filled(5).await;
    let records = server.get(&format!("{}?reverse=true", all(OURS))).await.json();
    let time = |index: usize| records["results"][index]["createdAt"].as_str().unwrap().to_owned();
    let query = format!("{}?reverse=true&startAt={}&endAt={}", all(OURS), time(1), time(3));
    assert_eq!(ids(&server.get(&query).await.json()), created[1..3]);
    for wrong in ["startAt=yesterday", "endAt=2026-13-01T00:00:00Z", "reverse=maybe", "limit=3&limit=4"] {
        assert_eq!(server.get(&format!("{}?{wrong}", all(OURS))).await.paths().len(), 1, "{wrong}");
    }
}

#[tokio::test]
async fn a23_a_page_token_that_is_altered_anywhere_or_used_elsewhere_is_refused() {
    let (server, _) = filled(4).await;
    let token =
        server.get(&format!("{}?limit=2", all(OURS))).await.json()["nextPageToken"].as_str().unwrap().to_owned();
    let with = |token: &str| format!("{}?limit=2&pageToken={token}", all(OURS));
    assert_eq!(server.get(&with(&token)).await.status, 200);
    for place in 0..token.len() {
        for other in *b"A0_-z%.~" {
            let mut altered = token.clone().into_bytes();
            if altered[place] == other {
                continue;
            }
            altered[place] = other;
            let altered = String::from_utf8(altered).unwrap();
            assert_eq!(server.get(&with(&altered)).await.paths(), [".pageToken"], "{altered}");
        }
        assert_eq!(server.get(&with(&token[..place])).await.status == 200, place == 0, "cut to {place}");
    }
    // Another order, another window, another workspace.
    for query in ["limit=2&reverse=true", "limit=2&startAt=2020-01-01T00:00:00Z", "limit=2&endAt=2090-01-01T00:00:00Z"]
    {
        assert_eq!(server.get(&format!("{}?{query}&pageToken={token}", all(OURS))).await.paths(), [".pageToken"]);
    }
    let mut elsewhere = request(Method::GET, &format!("{}?limit=2&pageToken={token}", all(THEIRS)), Said::Nothing);
    elsewhere.headers_mut().insert("authorization", format!("Bearer {THEIR_KEY}").parse().unwrap());
    assert_eq!(server.send(elsewhere).await.paths(), [".pageToken"]);
    let long = "A".repeat(8001);
    assert_eq!(server.get(&with(&long)).await.paths(), [".pageToken"]);
}
