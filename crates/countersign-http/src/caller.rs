use std::hash::{BuildHasher as _, RandomState};
use std::num::NonZeroU32;

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use countersign::WorkspaceId;
use countersign_api::ErrorResponse;
use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::bounds::RequestLimits;
use crate::call::refusals;

mod access_key;
mod origin;
mod source;

pub(crate) use source::Source;

pub use access_key::{AccessKeyHash, AccessKeyHashError, AccessKeys};
pub use origin::{Origin, OriginError};
pub use source::{NetworkError, TrustedProxies};

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// Says who calls, and whether it may just now.
#[derive(Debug)]
pub(crate) struct Callers {
    keys: AccessKeys,
    proxies: TrustedProxies,
    /// Wrong keys, by source. Sources share buckets, so that many of them take no more room than few.
    failures: Limiter<u16>,
    buckets: RandomState,
    /// Calls, by workspace: as many as have keys.
    calls: Option<Limiter<WorkspaceId>>,
}

const BUCKETS: u64 = 4096;

impl Callers {
    pub(crate) fn new(keys: AccessKeys, proxies: TrustedProxies, bounds: &RequestLimits) -> Self {
        let limiter = |rate: NonZeroU32| RateLimiter::hashmap(Quota::per_second(rate));
        Self {
            keys,
            proxies,
            failures: RateLimiter::hashmap(Quota::per_second(bounds.failures)),
            buckets: RandomState::new(),
            calls: bounds.rate.map(limiter),
        }
    }

    /// The workspace that the caller has a key of.
    pub(crate) fn authorise(&self, request: &Parts) -> Result<WorkspaceId, ErrorResponse> {
        let known = token(request).and_then(|token| self.keys.workspace(token));
        let Some(workspace) = known else { return Err(self.refuse(request)) };
        if let Some(calls) = &self.calls
            && let Err(early) = calls.check_key(&workspace)
        {
            return Err(refusals::too_many(early.wait_time_from(DefaultClock::default().now())));
        }
        Ok(workspace)
    }

    /// A right key is never kept waiting by the wrong ones of others behind the same address.
    fn refuse(&self, request: &Parts) -> ErrorResponse {
        let source = self.proxies.source_of_request(request).unwrap_or(Source::UNKNOWN);
        let bucket = u16::try_from(self.buckets.hash_one(source) % BUCKETS).unwrap_or_default();
        match self.failures.check_key(&bucket) {
            Ok(()) => refusals::unauthorized(),
            Err(early) => refusals::too_many(early.wait_time_from(DefaultClock::default().now())),
        }
    }
}

/// What comes behind `AccessKey` or `Bearer`, in any case (RFC 9110, section 11.1).
fn token(request: &Parts) -> Option<&[u8]> {
    let mut values = request.headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let mut words = value.as_bytes().splitn(2, |byte| *byte == b' ');
    let (scheme, token) = words.next().zip(words.next())?;
    let known = scheme.eq_ignore_ascii_case(b"AccessKey") || scheme.eq_ignore_ascii_case(b"Bearer");
    known.then(|| token.trim_ascii())
}
