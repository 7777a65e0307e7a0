use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::Timestamp;

use super::keys::SigningKeys;
use super::request::WebhookRequest;

/// Most digits of a time in seconds that is taken: enough for the next 30,000 years.
const MAX_DIGITS: usize = 12;

/// Why a delivery is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// There is no signature, or no time.
    #[error("a delivery has the headers messagebird-signature and messagebird-request-timestamp")]
    Missing,
    /// A header stands there twice, so that others may read another one.
    #[error("each of the signature's headers is there once")]
    Repeated,
    /// The signature is not 32 bytes in Base64.
    #[error("the signature is 32 bytes in Base64 with padding, and nothing else")]
    Malformed,
    /// The time is not 1 to 12 digits.
    #[error("the time is 1 to 12 digits, the seconds since 1970")]
    MalformedTime,
    /// No key made it, for this time, URL and body.
    #[error("no signing key made this signature for this time, URL and body")]
    Wrong,
    /// It is genuine, and from too far away in time.
    #[error("the delivery was signed longer ago, or later, than the age limit allows")]
    TooOld,
}

/// Says whether Bird signed a delivery, to this URL and with this body; gives the time that it was signed for.
///
/// The signature is `base64(HMAC-SHA-256(key, timestamp "\n" url "\n" SHA-256(body)))` by any of the keys, compared in
/// constant time. Bird repeats a delivery for hours, up to a day as was seen, **with the time of the first one**: an
/// age limit below that loses reports. So an age limit, which counts in both directions, is no protection against
/// repeated deliveries; the ranks of statuses are, by which an engine takes each status of a message once.
///
/// # Errors
/// One [`SignatureError`] per rule.
pub fn verify(
    keys: &SigningKeys,
    request: &WebhookRequest<'_>,
    now: Timestamp,
    max_age: Option<Duration>,
) -> Result<Timestamp, SignatureError> {
    let signature = decode(request.signature.once()?)?;
    let (text, signed_at) = time(request.timestamp.once()?)?;
    if !keys.made(&signature, text, request.url, request.body) {
        return Err(SignatureError::Wrong);
    }
    let away = now.saturating_duration_since(signed_at).max(signed_at.saturating_duration_since(now));
    if max_age.is_some_and(|most| away > most) { Err(SignatureError::TooOld) } else { Ok(signed_at) }
}

/// One text for one signature: Base64 with padding and with no bits left over.
fn decode(text: &[u8]) -> Result<[u8; 32], SignatureError> {
    // 44 characters may also stand for 31 or 33 bytes.
    let mut bytes = [0; 33];
    if text.len() != 44 {
        return Err(SignatureError::Malformed);
    }
    let length = STANDARD.decode_slice(text, &mut bytes).map_err(|_| SignatureError::Malformed)?;
    bytes.get(..length).and_then(|bytes| bytes.try_into().ok()).ok_or(SignatureError::Malformed)
}

/// The text that is signed, and when it is.
fn time(text: &[u8]) -> Result<(&str, Timestamp), SignatureError> {
    let digits = (1..=MAX_DIGITS).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(text).ok().filter(|_| digits).ok_or(SignatureError::MalformedTime)?;
    let seconds: u64 = text.parse().map_err(|_| SignatureError::MalformedTime)?;
    Ok((text, Timestamp::from_millis(seconds.saturating_mul(1000))))
}
