use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use super::builder::BirdBuilder;
use super::error::{BirdError, BirdErrorKind};
use super::key::AccessKey;
use super::pauses::Pauses;
use super::platforms::Platforms;
use super::rates::Rates;
use super::request::{ApiRequest, Verb};
use super::response::ApiResponse;

/// Calls Bird's API with one access key, over connections that it keeps between calls.
///
/// A clone is another handle to the same connections and rates. It needs a tokio runtime with time and I/O enabled.
/// `Debug` shows the base URL and no key.
#[derive(Clone)]
pub struct Bird(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) client: reqwest::Client,
    pub(crate) base: Url,
    pub(crate) authorization: HeaderValue,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) retries: usize,
    pub(crate) max_body: usize,
    pub(crate) rates: Rates,
    pub(crate) platforms: Platforms,
}

impl Bird {
    /// Begins to describe a client; see [`BirdBuilder`].
    pub fn builder(key: AccessKey) -> BirdBuilder {
        BirdBuilder::new(key)
    }

    pub(crate) fn from_inner(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn platforms(&self) -> &Platforms {
        &self.0.platforms
    }

    /// Where a call goes; none for a base that has no path.
    pub(crate) fn url(&self, call: &ApiRequest) -> Option<Url> {
        call.url(&self.0.base)
    }

    /// Makes a call, and makes it again where that is safe, all within the timeout.
    pub(crate) async fn call(&self, call: &ApiRequest) -> Result<ApiResponse, BirdError> {
        let deadline = Instant::now() + self.0.timeout;
        let mut pauses = Pauses::new(self.0.retries);
        loop {
            // A try needs its time to connect: so whatever has not ended at the deadline had a connection.
            let spare = |at: Instant| (deadline - self.0.connect_timeout).saturating_duration_since(at);
            if let Err(wait) = self.0.rates.enter(call.workspace, call.verb, spare(Instant::now())).await {
                return Err(BirdError::NotDone { cause: BirdErrorKind::RateLimit, retry_after: Some(wait) });
            }
            let error = match self.once(call, deadline).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match pauses.after(&error, call.verb).filter(|_| call.may_follow(&error)) {
                Some(pause) if pause < spare(Instant::now()) => sleep(pause).await,
                Some(_) | None => return Err(error),
            }
        }
    }

    async fn once(&self, call: &ApiRequest, deadline: Instant) -> Result<ApiResponse, BirdError> {
        let not_done = |cause| BirdError::NotDone { cause, retry_after: None };
        let url = self.url(call).ok_or_else(|| not_done(BirdErrorKind::NoRequest))?;
        let request = match call.verb {
            Verb::Get => self.0.client.get(url),
            Verb::Post => self.0.client.post(url).header(CONTENT_TYPE, "application/json").body(call.body.clone()),
        };
        let request = request.header(AUTHORIZATION, self.0.authorization.clone()).header(ACCEPT, "application/json");
        let response = match timeout_at(deadline, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) if error.is_connect() => return Err(not_done(BirdErrorKind::NoConnection)),
            Ok(Err(error)) if error.is_builder() => return Err(not_done(BirdErrorKind::NoRequest)),
            Ok(Err(_)) => return Err(BirdError::Unknown { cause: BirdErrorKind::ConnectionLost }),
            Err(_) => return Err(BirdError::Unknown { cause: BirdErrorKind::NoAnswer }),
        };
        ApiResponse::read(response, call.max_answer.unwrap_or(self.0.max_body), deadline).await
    }
}

impl fmt::Debug for Bird {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bird").field("base", &self.0.base.as_str()).finish_non_exhaustive()
    }
}
