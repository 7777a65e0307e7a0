use axum::http::HeaderMap;

use super::*;

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
}

#[test]
fn names_of_this_machine_are_let_through_with_any_port() {
    for host in ["127.0.0.1", "127.0.0.1:8080", "localhost", "LocalHost:1", "[::1]", "[::1]:65535"] {
        assert_eq!(look(&Method::GET, &headers(&[("host", host)])), Ok(()), "{host}");
    }
}

#[test]
fn every_other_name_is_refused() {
    let others = ["", "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example:80"];
    for host in others.into_iter().chain(["localhost:8080@evil.example", "0.0.0.0:8080", "127.0.0.2", "::1"]) {
        assert!(look(&Method::GET, &headers(&[("host", host)])).is_err(), "{host}");
    }
    assert!(look(&Method::GET, &headers(&[])).is_err());
}

#[test]
fn posts_come_from_no_page_or_from_the_own_one() {
    let post = |more: &[(&'static str, &'static str)]| {
        let mut all = headers(&[("host", "127.0.0.1:8080")]);
        all.extend(headers(more));
        look(&Method::POST, &all)
    };
    assert_eq!(post(&[]), Ok(()));
    assert_eq!(post(&[("origin", "http://127.0.0.1:8080"), ("sec-fetch-site", "same-origin")]), Ok(()));
    assert!(post(&[("origin", "http://127.0.0.1:9090")]).is_err(), "another port is another origin");
    assert!(post(&[("origin", "http://localhost:8080")]).is_err(), "another name is another origin");
    assert!(post(&[("origin", "https://evil.example")]).is_err());
    assert!(post(&[("origin", "null")]).is_err());
    assert!(post(&[("sec-fetch-site", "same-site")]).is_err());
    assert!(post(&[("sec-fetch-site", "cross-site")]).is_err());
}
