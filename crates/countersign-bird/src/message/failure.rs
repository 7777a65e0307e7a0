//! Why a message did not arrive, in words that may be kept.

use serde::Deserialize;

use crate::reading::lenient::{Object, Text};
use crate::reading::words::{machine_code, word};

/// `{"code":15005,"source":{"name":"sms-messagebird","code":"1"}}`
#[derive(Default, Deserialize)]
pub(crate) struct Failure {
    #[serde(default)]
    code: Text,
    #[serde(default)]
    source: Object<Source>,
}

#[derive(Default, Deserialize)]
struct Source {
    #[serde(default)]
    name: Text,
    #[serde(default)]
    code: Text,
}

impl Failure {
    /// Code, source and the source's own code, as in `15005 sms-messagebird 1`; without them the message's `details`,
    /// if that is one word. Sentences are never kept: they may repeat the address.
    pub(crate) fn detail(failure: Object<Self>, details: &Text) -> Option<String> {
        let Self { code, source } = failure.0.unwrap_or_default();
        let source = source.0.unwrap_or_default();
        let words = [
            code.as_deref().and_then(machine_code),
            source.name.as_deref().and_then(word),
            source.code.as_deref().and_then(machine_code),
        ];
        let words: Vec<&str> = words.into_iter().flatten().collect();
        if words.is_empty() { details.as_deref().and_then(word).map(str::to_owned) } else { Some(words.join(" ")) }
    }
}
