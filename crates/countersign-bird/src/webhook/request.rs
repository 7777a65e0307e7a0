use std::fmt;

use super::signature::SignatureError;
use crate::reading::words::RequestId;

/// One delivery as a web framework received it, of which nothing is believed yet.
///
/// Only the headers that Bird signs by are kept. `Debug` does not show the body, which has addresses in it.
#[derive(Clone)]
pub struct WebhookRequest<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    pub(super) body: &'a [u8],
    pub(super) signature: Header<'a>,
    pub(super) timestamp: Header<'a>,
    request_id: Header<'a>,
}

/// How often a header was there.
#[derive(Clone, Copy)]
pub(super) enum Header<'a> {
    Absent,
    Once(&'a [u8]),
    Repeated,
}

impl<'a> WebhookRequest<'a> {
    /// Takes a request apart. Headers are names and values in any order; names in upper or lower case.
    ///
    /// `url` is the URL that was subscribed, query and all, to the letter: behind a proxy it is not what arrives, so a
    /// host that knows its own public URL gives that. `body` is what arrived, before anything parsed it.
    pub fn new(
        method: &'a str,
        url: &'a str,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        body: &'a [u8],
    ) -> Self {
        let absent = Header::Absent;
        let mut request = Self { method, url, body, signature: absent, timestamp: absent, request_id: absent };
        for (name, value) in headers {
            for (wanted, header) in [
                ("messagebird-signature", &mut request.signature),
                ("messagebird-request-timestamp", &mut request.timestamp),
                ("messagebird-request-id", &mut request.request_id),
            ] {
                if name.eq_ignore_ascii_case(wanted) {
                    *header = header.and(value);
                }
            }
        }
        request
    }

    /// What Bird calls the delivery, for logs: it is not signed.
    #[must_use]
    pub fn request_id(&self) -> Option<RequestId> {
        let value = self.request_id.once().ok()?;
        RequestId::new(std::str::from_utf8(value).ok()?)
    }
}

impl<'a> Header<'a> {
    const fn and(self, value: &'a [u8]) -> Self {
        match self {
            Self::Absent => Self::Once(value),
            Self::Once(_) | Self::Repeated => Self::Repeated,
        }
    }

    pub(super) const fn once(self) -> Result<&'a [u8], SignatureError> {
        match self {
            Self::Once(value) => Ok(value),
            Self::Absent => Err(SignatureError::Missing),
            Self::Repeated => Err(SignatureError::Repeated),
        }
    }
}

impl fmt::Debug for WebhookRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookRequest")
            .field("method", &self.method)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}
