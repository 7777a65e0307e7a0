use serde_json::{Map, Value, json};

/// What Bird says became of a message: the words of its Channels API, and any other for clients that meet one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// Bird took it: what every `202` says.
    Accepted,
    /// Bird works on it.
    Processing,
    /// It waits for its time.
    Scheduled,
    /// The platform has it.
    Sent,
    /// It arrived.
    Delivered,
    /// It was read.
    Read,
    /// The platform did not take it.
    SendingFailed(CarrierFailure),
    /// The platform took it, and it did not arrive.
    DeliveryFailed(CarrierFailure),
    /// Bird chose not to send it.
    Skipped,
    /// It was deleted.
    Deleted,
    /// A word that nobody has heard of.
    Other(String),
}

impl Status {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Accepted => "accepted",
            Self::Processing => "processing",
            Self::Scheduled => "scheduled",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::SendingFailed(_) => "sending_failed",
            Self::DeliveryFailed(_) => "delivery_failed",
            Self::Skipped => "skipped",
            Self::Deleted => "deleted",
            Self::Other(word) => word,
        }
    }

    /// Why it failed, if it did.
    #[must_use]
    pub const fn failure(&self) -> Option<&CarrierFailure> {
        match self {
            Self::SendingFailed(failure) | Self::DeliveryFailed(failure) => Some(failure),
            Self::Accepted
            | Self::Processing
            | Self::Scheduled
            | Self::Sent
            | Self::Delivered
            | Self::Read
            | Self::Skipped
            | Self::Deleted
            | Self::Other(_) => None,
        }
    }
}

/// Why a message failed, as Bird says it: a code of its own, who said so, and that one's own code.
///
/// Codes of 11000 and more are found while a message is validated, of 12000 by Bird's services, of 14000 they are the
/// customer's affair, of 15000 the platform's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarrierFailure {
    /// Bird's code.
    pub code: u32,
    /// One word for it, with underscores.
    pub details: String,
    /// Who found it: `pre-processing`, `sms-messagebird` …
    pub source: String,
    /// That one's own code.
    pub source_code: Option<String>,
}

impl CarrierFailure {
    /// A failure of that code, word and source.
    #[must_use]
    pub fn new(code: u32, details: &str, source: &str) -> Self {
        Self { code, details: details.to_owned(), source: source.to_owned(), source_code: None }
    }

    /// The same with the source's own code.
    #[must_use]
    pub fn with_source_code(mut self, code: &str) -> Self {
        self.source_code = Some(code.to_owned());
        self
    }

    /// The carrier does not know the number: Bird's own example.
    #[must_use]
    pub fn unknown_subscriber() -> Self {
        Self::new(15_005, "unknown_subscriber", "sms-messagebird").with_source_code("1")
    }

    /// The carrier's network failed: Bird's second example.
    #[must_use]
    pub fn network_error() -> Self {
        Self::new(15_001, "received_network_error", "sms-messagebird").with_source_code("34")
    }

    /// The address is none of the platform's: found after the `202`.
    #[must_use]
    pub fn invalid_input() -> Self {
        Self::new(11_002, "invalid_input", "pre-processing")
    }

    /// The platform has no messages of this type: found after the `202`.
    #[must_use]
    pub fn unsupported_type() -> Self {
        Self::new(12_002, "unsupported_type", "pre-processing")
    }

    /// The sentence in a message's `reason`.
    pub(super) fn reason(&self) -> String {
        let words = self.details.replace('_', " ");
        let code = self.source_code.clone().unwrap_or_else(|| self.code.to_string());
        format!("details: {words}; reason: {}; code: {code}", self.details)
    }

    /// The object in a message's `failure`.
    pub(super) fn wire(&self) -> Value {
        let mut source = Map::from_iter([("name".to_owned(), json!(self.source))]);
        if let Some(code) = &self.source_code {
            source.insert("code".to_owned(), json!(code));
        }
        json!({ "code": self.code, "source": source })
    }
}
