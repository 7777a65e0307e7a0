use std::collections::BTreeMap;

use countersign::Platform;

/// Tells platforms by Bird's `platformId`.
///
/// There is no public list of these ids. Unless the host says otherwise, one with `whatsapp` in it is WhatsApp, with
/// `sms` text messages, and with `mail` email, in upper or lower case; any other is unknown.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Platforms {
    by_id: BTreeMap<String, Option<Platform>>,
}

impl Platforms {
    /// By the patterns alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes exactly this `platformId` for that platform.
    pub fn with_platform(mut self, platform_id: impl Into<String>, platform: Platform) -> Self {
        self.by_id.insert(platform_id.into(), Some(platform));
        self
    }

    /// Takes exactly this `platformId` for none, whatever is in its name.
    pub fn without_platform(mut self, platform_id: impl Into<String>) -> Self {
        self.by_id.insert(platform_id.into(), None);
        self
    }

    /// The platform of an id, if it is known.
    #[must_use]
    pub fn platform(&self, platform_id: &str) -> Option<Platform> {
        if let Some(said) = self.by_id.get(platform_id) {
            return said.clone();
        }
        let id = platform_id.to_ascii_lowercase();
        [("whatsapp", Platform::WhatsApp), ("sms", Platform::Sms), ("mail", Platform::Email)]
            .into_iter()
            .find_map(|(pattern, platform)| id.contains(pattern).then_some(platform))
    }
}
