//! What is known of a message after each thing that can happen to it.

use std::time::Duration;

use countersign::{Receipt, SendError};
use tokio::net::TcpListener;

use crate::fixture;
use crate::server::{Act, Server, answer, answer_with};
use crate::test_client::{WORKSPACE, client, dispatch, hasty, messages, outcome, send, transport};

async fn after(act: Act) -> (&'static str, String) {
    let server = Server::start().await;
    server.then([act]);
    let result = send(&hasty(&server), 1).await;
    assert_eq!(server.arrived().len(), 1, "one try");
    let (word, detail) = outcome(&result);
    (word, detail.to_owned())
}

#[tokio::test]
async fn what_bird_refuses_is_refused_with_its_code_and_the_request_id() {
    for status in [400, 401, 402, 403, 404, 405, 409, 410, 413, 415, 418, 422, 451, 499, 501, 505] {
        let act = answer_with(status, &[("x-request-id", "req-1")], r#"{"code":"InvalidPayload","message":"no"}"#);
        assert_eq!(after(act).await, ("refused", format!("{status} InvalidPayload, request req-1")));
    }
    assert_eq!(after(answer(422, &fixture::text("error-422.json"))).await.1, "422 InvalidPayload");
}

#[tokio::test]
async fn a_redirect_is_refused_and_not_followed() {
    let elsewhere = Server::start().await;
    for status in [301, 302, 303, 307, 308] {
        let act = answer_with(status, &[("location", &elsewhere.url())], "");
        assert_eq!(after(act).await, ("refused", status.to_string()));
    }
    assert!(elsewhere.arrived().is_empty());
}

#[tokio::test]
async fn what_bird_puts_off_is_not_sent() {
    for status in [408, 425, 429, 503] {
        assert_eq!(after(answer(status, "")).await, ("not sent", status.to_string()));
    }
}

#[tokio::test]
async fn a_server_error_is_not_sent_when_bird_itself_speaks_and_else_unknown() {
    for status in [500, 502, 504, 520, 599] {
        let of_bird = answer(status, r#"{"code":"InternalError","message":"sorry"}"#);
        assert_eq!(after(of_bird).await, ("not sent", format!("{status} InternalError")));
        assert_eq!(after(answer_with(status, &[("retry-after", "30")], "")).await, ("not sent", status.to_string()));
        assert_eq!(after(answer(status, "<html>Bad Gateway</html>")).await, ("unknown", status.to_string()));
    }
}

#[tokio::test]
async fn silence_is_unknown() {
    assert_eq!(after(Act::Hang).await, ("unknown", "no answer in time".to_owned()));
    let late = Act::Late(Duration::from_secs(2), Box::new(answer(202, "{}")));
    assert_eq!(after(late).await, ("unknown", "no answer in time".to_owned()));
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_is_unknown() {
    let words = "the connection was lost".to_owned();
    for act in [Act::Reset, Act::Close, Act::Raw(b"HTTP/1.1 20".to_vec())] {
        assert_eq!(after(act.clone()).await, ("unknown", words.clone()), "{act:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_unknown() {
    for bytes in [&b"220 mail.example ESMTP\r\n"[..], b"\x16\x03\x01\x02\x00", b"\xff\xfe\r\n\r\n"] {
        assert_eq!(after(Act::Raw(bytes.to_vec())).await.0, "unknown", "{bytes:?}");
    }
}

#[tokio::test]
async fn nobody_who_listens_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let server = Server::start().await;
    let transport = client(&server).base_url(url).build().unwrap().transport(WORKSPACE, messages());
    assert_eq!(outcome(&send(&transport, 1).await), ("not sent", "no connection"));
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_not_sent() {
    let server = Server::start().await;
    let url = server.url().replace("http://", "https://");
    let transport = client(&server).base_url(url).retries(0).build().unwrap().transport(WORKSPACE, messages());
    assert_eq!(outcome(&send(&transport, 1).await).0, "not sent");
    assert!(server.arrived().is_empty());
}

#[tokio::test]
async fn a_success_counts_whatever_is_in_its_body() {
    let huge = "x".repeat(1024 * 1024);
    let cut = b"HTTP/1.1 202 -\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec();
    for act in [
        answer(202, ""),
        answer(200, "<html>"),
        answer(201, "[1,2]"),
        answer(202, &huge),
        answer(202, r#"{"id":7,"status":["accepted"]}"#),
        answer(202, r#"{"id":null,"status":"frobnicated"}"#),
        Act::Raw(cut.clone()),
        Act::RawThenHang(cut),
    ] {
        assert_eq!(after(act).await.0, "taken");
    }
}

#[tokio::test]
async fn a_success_that_says_that_the_message_failed_is_refused() {
    for status in ["rejected", "sending_failed", "delivery_failed", "failed", "skipped"] {
        let body = format!(
            r#"{{"id":"x","status":"{status}","failure":{{"code":12003,"source":{{"name":"pre-processing"}}}}}}"#
        );
        assert_eq!(after(answer(202, &body)).await, ("refused", "12003 pre-processing".to_owned()), "{status}");
    }
}

#[tokio::test]
async fn a_huge_refusal_is_refused_without_being_kept() {
    let body = format!(r#"{{"code":"InvalidPayload","message":"{}"}}"#, "x".repeat(1024 * 1024));
    assert_eq!(after(answer(400, &body)).await, ("refused", "400".to_owned()));
}

#[tokio::test]
async fn retry_after_is_told_in_seconds_and_as_a_date_and_never_more_than_a_minute() {
    let date = ("date", "Thu, 01 Jan 2026 00:00:00 GMT");
    for (text, seconds) in [
        ("7", Some(7)),
        ("0", Some(0)),
        ("86400", Some(60)),
        ("99999999999999999999999", Some(60)),
        ("Thu, 01 Jan 2026 00:00:12 GMT", Some(12)),
        ("Wed, 31 Dec 2025 23:59:00 GMT", Some(0)),
        ("Tue, 01 Jan 2126 00:00:00 GMT", Some(60)),
        ("-1", None),
        ("+1", None),
        ("soon", None),
        ("", None),
    ] {
        let server = Server::start().await;
        server.then([answer_with(429, &[("retry-after", text), date], "")]);
        let transport = client(&server).retries(0).build().unwrap().transport(WORKSPACE, messages());
        let Err(SendError::NotSent { retry_after, .. }) = send(&transport, 1).await else { panic!("not sent") };
        assert_eq!(retry_after, seconds.map(Duration::from_secs), "{text}");
    }
}

#[tokio::test]
async fn a_server_that_repeats_address_and_code_finds_neither_in_the_detail() {
    let dispatch = dispatch(1);
    let (code, address) = (dispatch.code().expose().to_owned(), dispatch.address().to_canonical());
    for word in [code.clone(), address.clone(), address[1..].to_owned(), format!("no-{code}"), "a b\nc".to_owned()] {
        let body = serde_json::json!({ "code": word, "message": word, "details": { "to": [word] } }).to_string();
        let (_, detail) = after(answer(422, &body)).await;
        assert_eq!(detail, "422", "{word}");
        let failed =
            serde_json::json!({ "status": "rejected", "details": word, "failure": { "code": format!("{word}1") } });
        let server = Server::start().await;
        server.then([answer(202, &failed.to_string())]);
        let error = send(&transport(&server), 1).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(&code) && !shown.contains(&address[1..]), "{shown}");
    }
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = Server::start().await;
    let transport = transport(&server);
    for seed in 0..5 {
        let receipt = send(&transport, seed).await.unwrap();
        assert_eq!(receipt, Receipt::ByReference { message_id: None });
    }
    assert_eq!(server.arrived().len(), 5);
    assert_eq!(server.connections(), 1);
}
