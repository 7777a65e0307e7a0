use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::post::post;

/// The header of a webhook's signature.
pub const SIGNATURE: &str = "messagebird-signature";
/// The header of the time that was signed, in seconds since 1970.
pub const TIMESTAMP: &str = "messagebird-request-timestamp";
/// The header of the event's own name, the same on every repeat.
pub const REQUEST_ID: &str = "messagebird-request-id";

/// Signs a webhook as Bird does, so that a test can forge one.
///
/// Base64 of HMAC-SHA-256, under the bytes of the key as they are, of the timestamp, a line feed, the subscribed URL, a
/// line feed and the 32 raw bytes of the body's SHA-256.
#[must_use]
pub fn sign(key: &str, timestamp: &str, url: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(format!("{timestamp}\n{url}\n").as_bytes());
    mac.update(&Sha256::digest(body));
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Where events go, and how they are signed.
#[derive(Clone)]
pub(super) struct Subscription {
    /// What is signed.
    pub(super) url: String,
    /// Where it is posted: another address where a proxy stands in front of the host.
    pub(super) post_to: String,
    pub(super) key: String,
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("url", &self.url).finish_non_exhaustive()
    }
}

/// One try to deliver an event to one subscriber, and what that answered.
///
/// Its `Debug` leaves the body out, which holds an address and may hold a code.
#[derive(Clone)]
pub struct Delivery {
    /// The message that it is about; none for an event that a test made up.
    pub message: Option<Uuid>,
    /// The event's name: [`REQUEST_ID`].
    pub request_id: Uuid,
    /// The URL that was signed.
    pub url: String,
    /// The time that was signed: [`TIMESTAMP`].
    pub timestamp: String,
    /// [`SIGNATURE`].
    pub signature: String,
    /// What was posted, byte for byte.
    pub body: Arc<[u8]>,
    /// Which try it was, from 1.
    pub try_number: u32,
    /// How long Bird would have waited since the event until this try.
    pub after: Duration,
    /// The status that was answered; none without an answer.
    pub answered: Option<u16>,
}

impl Delivery {
    /// The three headers that Bird adds, by name.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, String); 3] {
        [
            (SIGNATURE, self.signature.clone()),
            (TIMESTAMP, self.timestamp.clone()),
            (REQUEST_ID, self.request_id.to_string()),
        ]
    }

    /// Posts the same bytes and headers once more, to any URL on loopback, as one would who had overheard them; gives
    /// the status of the answer.
    ///
    /// # Panics
    /// When the URL is not `http` on loopback.
    pub async fn replay_to(&self, url: &str) -> Option<u16> {
        let headers = self.headers();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        post(url, &headers, &self.body).await
    }

    /// Whether the subscriber took it: only a status of 2xx says so.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.answered.is_some_and(|status| (200..300).contains(&status))
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("message", &self.message)
            .field("request_id", &self.request_id)
            .field("url", &self.url)
            .field("timestamp", &self.timestamp)
            .field("try_number", &self.try_number)
            .field("after", &self.after)
            .field("answered", &self.answered)
            .finish_non_exhaustive()
    }
}
