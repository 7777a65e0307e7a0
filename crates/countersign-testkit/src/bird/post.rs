use std::net::IpAddr;
use std::time::Duration;

use axum::http::Uri;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a host may take for one webhook.
const PATIENCE: Duration = Duration::from_secs(30);
/// More of an answer is not read.
const MOST_READ: u64 = 64 * 1024;

/// Posts JSON to a server on this machine, and gives the status of its answer; none when it does not answer.
///
/// # Panics
/// When the URL is not `http` on loopback: a double talks to nobody else.
pub(super) async fn post(url: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<u16> {
    let uri: Uri = url.parse().expect("a webhook's address is a URL");
    assert_eq!(uri.scheme_str(), Some("http"), "a double posts by plain http");
    let host = uri.host().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    assert!(host == "localhost" || address.is_ok_and(|address| address.is_loopback()), "a double posts to loopback");
    tokio::time::timeout(PATIENCE, exchange(&uri, host, headers, body)).await.ok().flatten()
}

async fn exchange(uri: &Uri, host: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<u16> {
    let port = uri.port_u16().unwrap_or(80);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}:{port}\r\nuser-agent: Bird-Webhooks\r\naccept: */*\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n",
        body.len()
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    let mut stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    stream.write_all(body).await.ok()?;
    let mut answer = Vec::new();
    let read = stream.take(MOST_READ).read_to_end(&mut answer).await;
    // What came before a reset is an answer too.
    let _: std::io::Result<usize> = read;
    let line = answer.split(|byte| *byte == b'\r').next()?;
    std::str::from_utf8(line).ok()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()
}
