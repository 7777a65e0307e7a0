use std::fmt;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use countersign::{Entropy as _, ThreadEntropy};

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a request is called in the log and in its answer: the caller's own `X-Request-Id` if it is a plain word, else a
/// random one.
#[derive(Clone)]
pub(crate) struct RequestId(HeaderValue);

/// Longest name that is taken from a caller.
const LONGEST: usize = 64;

impl RequestId {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(REQUEST_ID).filter(|value| {
            let bytes = value.as_bytes();
            let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
            (1..=LONGEST).contains(&bytes.len()) && bytes.iter().all(plain)
        });
        Self(given.cloned().unwrap_or_else(Self::random))
    }

    fn random() -> HeaderValue {
        let mut bytes = [0; 12];
        // Without randomness requests have no name of their own, and that is all that comes of it.
        let _ = ThreadEntropy.fill(&mut bytes);
        let mut text = [0; 24];
        for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        HeaderValue::from_bytes(&text).unwrap_or(HeaderValue::from_static("unnamed"))
    }

    pub(crate) const fn header(&self) -> &HeaderValue {
        &self.0
    }
}

const fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}
