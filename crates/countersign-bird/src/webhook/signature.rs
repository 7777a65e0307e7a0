use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::{Timestamp, WebhookHead};

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

/// What a head claims of its delivery: who signed it, and when.
pub(super) struct Claim<'a> {
    pub(super) signature: [u8; 32],
    /// The text that is signed.
    pub(super) timestamp: &'a str,
    pub(super) signed_at: Timestamp,
}

impl<'a> Claim<'a> {
    /// Reads the headers that Bird signs by, each of which must be there once and in its form.
    pub(super) fn of(head: &WebhookHead<'a>) -> Result<Self, SignatureError> {
        let signature = decode(once(head, "messagebird-signature")?)?;
        let (timestamp, signed_at) = time(once(head, "messagebird-request-timestamp")?)?;
        Ok(Self { signature, timestamp, signed_at })
    }
}

fn once<'a>(head: &WebhookHead<'a>, name: &str) -> Result<&'a [u8], SignatureError> {
    let mut values = head.values(name);
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value),
        (None, _) => Err(SignatureError::Missing),
        (Some(_), Some(_)) => Err(SignatureError::Repeated),
    }
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
