use std::fmt;
use std::time::Duration;

use countersign_redis::redis::IntoConnectionInfo as _;

use super::document::Document;
use super::reader::{Item, Section};

/// Where verifications are kept.
#[derive(Debug)]
pub(crate) enum StoreSettings {
    /// In this process: for one process, and gone with it.
    Memory { max_records: usize },
    /// On Redis, a cluster when there are several URLs.
    Redis(RedisSettings),
}

/// How Redis is used. `Debug` leaves the URLs out, which may hold a password.
pub(crate) struct RedisSettings {
    pub(crate) urls: Vec<String>,
    pub(crate) prefix: String,
    pub(crate) timeout: Duration,
    pub(crate) allow_eviction: bool,
    /// How many replicas must have a write, and how long they have for it.
    pub(crate) replicated: Option<(u8, Duration)>,
}

/// The variable that wins over the file.
const VARIABLE: &str = "COUNTERSIGN_STORE";

const WRITE_IT_SO: &str =
    "write \"memory\", redis://host:6379/0 or rediss://host:6379/0, or a list of such URLs for a cluster";
const NO_PASSWORD: &str = "passwords are not allowed in this file: write \"env:NAME\" for an environment variable \
    with the URL, or \"file:PATH\"";

impl StoreSettings {
    pub(super) fn read(file: &mut Section<'_>, document: &Document<'_>) -> Option<Self> {
        let given = file.get("store");
        let memory = file.section("memory");
        let redis = file.section("redis");
        let max_records = memory.map(read_memory);
        let redis = redis.map(read_redis).unwrap_or_default();
        let urls = match std::env::var(VARIABLE) {
            Ok(value) => of_text(&value).or_else(|| {
                document.add_elsewhere(VARIABLE, "write memory, or Redis URLs with a space between them");
                None
            })?,
            Err(_) => of_item(&given.or_else(|| file.require("store", WRITE_IT_SO))?)?,
        };
        Some(match urls {
            Where::Memory => Self::Memory { max_records: max_records.flatten().unwrap_or(1_000_000) },
            Where::Redis(urls) => Self::Redis(RedisSettings { urls, ..redis }),
        })
    }
}

enum Where {
    Memory,
    Redis(Vec<String>),
}

fn read_memory(mut memory: Section<'_>) -> Option<usize> {
    let max_records = memory.number("max-records", 1..=1_000_000_000);
    memory.finish();
    max_records
}

fn read_redis(mut redis: Section<'_>) -> RedisSettings {
    let usual = RedisSettings::default();
    let prefix = redis.get("prefix").and_then(|item| {
        let prefix = item.text()?;
        let sound = (1..=32).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if sound { Some(prefix.to_owned()) } else { item.fault("write 1 to 32 letters, digits and hyphens") }
    });
    let within = redis.number("within-ms", 1..=60_000).map_or(Duration::from_secs(1), Duration::from_millis);
    let settings = RedisSettings {
        prefix: prefix.unwrap_or(usual.prefix),
        timeout: redis.number("timeout-ms", 10..=60_000).map_or(usual.timeout, Duration::from_millis),
        allow_eviction: redis.flag("allow-eviction"),
        replicated: redis.number("replicas", 1..=16).map(|replicas| (replicas, within)),
        urls: Vec::new(),
    };
    redis.finish();
    settings
}

fn of_item(item: &Item<'_>) -> Option<Where> {
    if item.is_list() {
        let urls = item.each(of_literal)?;
        return if urls.is_empty() { item.fault(WRITE_IT_SO) } else { Some(Where::Redis(urls)) };
    }
    let text = item.text()?;
    if text == "memory" {
        return Some(Where::Memory);
    }
    if text.starts_with("env:") || text.starts_with("file:") {
        let secret = item.secret()?;
        return of_text(secret.expose()).or_else(|| item.fault("invalid Redis URL: write redis://host:6379/0"));
    }
    of_literal(item).map(|url| Where::Redis(vec![url]))
}

fn of_literal(item: &Item<'_>) -> Option<String> {
    let url = item.text()?;
    if url.contains('@') {
        return item.fault(NO_PASSWORD);
    }
    if is_redis(url) { Some(url.to_owned()) } else { item.fault(WRITE_IT_SO) }
}

fn of_text(text: &str) -> Option<Where> {
    if text.trim() == "memory" {
        return Some(Where::Memory);
    }
    let urls: Vec<_> = text.split_whitespace().map(ToOwned::to_owned).collect();
    (!urls.is_empty() && urls.iter().all(|url| is_redis(url))).then_some(Where::Redis(urls))
}

fn is_redis(url: &str) -> bool {
    (url.starts_with("redis://") || url.starts_with("rediss://")) && url.into_connection_info().is_ok()
}

impl Default for RedisSettings {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            prefix: "cs".to_owned(),
            timeout: Duration::from_secs(1),
            allow_eviction: false,
            replicated: None,
        }
    }
}

impl fmt::Debug for RedisSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSettings").field("urls", &self.urls.len()).finish_non_exhaustive()
    }
}
