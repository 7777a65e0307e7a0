//! Which language a person is written to.

use std::fmt;

use countersign::Locale;
use icu_locale::fallback::{LocaleFallbackConfig, LocaleFallbacker, LocaleFallbackerBorrowed};

use crate::catalogue::Catalogue;

/// CLDR's parents of languages; compiled in, so that it costs nothing to make.
const FALLBACKER: LocaleFallbackerBorrowed<'static> = LocaleFallbacker::new();

/// The catalogues by language.
///
/// A lookup that is not exact parses the tag and walks up its parents: some hundred nanoseconds, measured, so that no cache
/// is needed, which somebody could fill with invented tags.
pub(crate) struct Languages {
    /// By tag.
    sorted: Vec<Catalogue>,
}

impl Languages {
    pub(crate) fn new(mut catalogues: Vec<Catalogue>) -> Self {
        catalogues.sort_by(|a, b| a.language.cmp(&b.language));
        Self { sorted: catalogues }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Catalogue> {
        self.sorted.iter()
    }

    /// What the first language has for such a message: of the one that is asked for, its parents in CLDR, and English.
    ///
    /// None when English does not have it, which loading has ruled out.
    pub(crate) fn find<'a, T>(&'a self, asked: &Locale, of: impl Fn(&'a Catalogue) -> Option<T>) -> Option<T> {
        let exact = self.by_tag(|tag| tag.cmp(asked.as_str())).and_then(&of);
        exact.or_else(|| self.by_parents(asked, &of)).or_else(|| self.by_tag(|tag| tag.cmp("en")).and_then(&of))
    }

    fn by_parents<'a, T>(&'a self, asked: &Locale, of: impl Fn(&'a Catalogue) -> Option<T>) -> Option<T> {
        let locale = icu_locale::Locale::try_from_str(asked.as_str()).ok()?;
        let mut walk = FALLBACKER.for_config(LocaleFallbackConfig::default()).fallback_for((&locale).into());
        while !walk.get().is_unknown() {
            let found = self.by_tag(|tag| walk.get().strict_cmp(tag.as_bytes()).reverse()).and_then(&of);
            if found.is_some() {
                return found;
            }
            walk.step();
        }
        None
    }

    fn by_tag(&self, order: impl Fn(&str) -> std::cmp::Ordering) -> Option<&Catalogue> {
        let place = self.sorted.binary_search_by(|catalogue| order(catalogue.language.as_str())).ok()?;
        self.sorted.get(place)
    }
}

impl fmt::Debug for Languages {
    /// The tags alone: whoever logs a transport does not want every text of every language.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|catalogue| &catalogue.language)).finish()
    }
}
