use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use countersign::Transport;

use super::context::TransportContext;
use super::{bird, smtp};
use crate::settings::reader::Section;

/// How transports are built, by what their `kind` says.
pub(crate) struct TransportKinds(BTreeMap<String, Box<Build>>);

type Build = dyn Fn(&mut Section<'_>, &TransportContext<'_>) -> Option<Arc<dyn Transport>> + Send + Sync;

impl TransportKinds {
    /// The built-in ones.
    pub(crate) fn new() -> Self {
        Self(BTreeMap::new()).with("bird", bird::build).with("smtp", smtp::build)
    }

    /// With one more, in place of another of that name.
    pub(crate) fn with(
        mut self,
        kind: &str,
        build: impl Fn(&mut Section<'_>, &TransportContext<'_>) -> Option<Arc<dyn Transport>> + Send + Sync + 'static,
    ) -> Self {
        self.0.insert(kind.to_owned(), Box::new(build));
        self
    }

    pub(super) fn build(&self, mut section: Section<'_>, context: &TransportContext<'_>) -> Option<Arc<dyn Transport>> {
        let known: Vec<_> = self.0.iter().map(|(kind, build)| (kind.as_str(), build)).collect();
        let kinds: Vec<_> = known.iter().map(|(kind, _)| format!("\"{kind}\"")).collect();
        let build = section.require("kind", format_args!("write {}", kinds.join(" or ")))?.choice(&known)?;
        let transport = build(&mut section, context)?;
        // After a fault it may not have asked for all of its keys.
        section.finish();
        Some(transport)
    }
}

impl fmt::Debug for TransportKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
