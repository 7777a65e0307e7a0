use std::str::FromStr;

use axum::http::HeaderValue;
use url::Url;

/// Where a page comes from that may call: scheme, host and port, as in `https://app.acme.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(HeaderValue);

/// A text is no origin, or says more than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("an origin is a scheme, a host and perhaps a port, as in https://app.acme.example: no path, no *, no capitals")]
pub struct OriginError;

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let url = Url::parse(text).map_err(|_| OriginError)?;
        let origin = url.origin().ascii_serialization();
        // Browsers send it in this one spelling.
        if !matches!(url.scheme(), "http" | "https") || text != origin {
            return Err(OriginError);
        }
        HeaderValue::from_str(&origin).map(Self).map_err(|_| OriginError)
    }
}

impl Origin {
    pub(crate) const fn header(&self) -> &HeaderValue {
        &self.0
    }
}
