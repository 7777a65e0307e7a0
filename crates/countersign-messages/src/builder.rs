//! Settings of messages, checked together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use countersign::{Brand, Locale};

use crate::autofill::Autofill;
use crate::catalogue::{Layers, SHIPPED, Source, is_refused, load};
use crate::fault::{CatalogueFault, CatalogueFaultKind, Faults, MessagesError};
use crate::messages::Messages;
use crate::negotiate::Languages;

/// Says how messages are written; see [`Messages::builder`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it builds"]
pub struct MessagesBuilder {
    brand: Brand,
    autofill: Option<Autofill>,
    code_in_subject: bool,
    template_parameter: String,
    only: Option<Vec<Locale>>,
    catalogues: Vec<(Locale, PathBuf, String)>,
    paths: Vec<PathBuf>,
}

impl MessagesBuilder {
    pub(crate) fn new(brand: Brand) -> Self {
        Self {
            brand,
            autofill: None,
            code_in_subject: false,
            template_parameter: "code".to_owned(),
            only: None,
            catalogues: Vec::new(),
            paths: Vec::new(),
        }
    }

    /// Ends every text message with a line for the phone; none by default, and the last one counts.
    pub fn autofill(mut self, autofill: Autofill) -> Self {
        self.autofill = Some(autofill);
        self
    }

    /// Puts the code into the subject of emails; not so by default, for subjects show on locked screens.
    pub const fn code_in_subject(mut self, code_in_subject: bool) -> Self {
        self.code_in_subject = code_in_subject;
        self
    }

    /// The name under which a template takes the code; `code` by default, 1 to 64 visible characters.
    ///
    /// The code replaces a parameter of that name or is added as one, with the type `string`. Templates of emails have it
    /// among their variables instead.
    pub fn template_parameter(mut self, key: impl Into<String>) -> Self {
        self.template_parameter = key.into();
        self
    }

    /// Leaves out all languages but these and English; people who read others are written to as if there were no catalogue
    /// of theirs. Catalogues of the host are left out alike, and are then not looked into.
    pub fn languages(mut self, languages: impl IntoIterator<Item = Locale>) -> Self {
        self.only = Some(languages.into_iter().collect());
        self
    }

    /// Adds a catalogue that the host has at hand; `origin` is what errors call it.
    ///
    /// It replaces texts of one of our languages, one by one, or adds a language. Of an added language it needs all `sms`
    /// texts, all `email-` texts, or both; for a kind of message that it lacks, the next language is taken.
    pub fn catalogue_text(mut self, language: Locale, origin: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        self.catalogues.push((language, origin.into(), text.into()));
        self
    }

    /// Adds a catalogue from a file such as `nl.ftl`, or from every `.ftl` file of a folder. The file's name is the language.
    ///
    /// Files are read when building: at most 256 KiB each, in UTF-8.
    pub fn catalogue_path(mut self, path: impl AsRef<Path>) -> Self {
        self.paths.push(path.as_ref().to_owned());
        self
    }

    /// Reads and compiles everything. This takes some milliseconds; do it once.
    ///
    /// # Errors
    /// [`MessagesError`] with everything that is wrong, of all files and settings.
    pub fn build(self) -> Result<Messages, MessagesError> {
        let mut faults = Faults::default();
        let mut sources: Vec<_> = self
            .catalogues
            .into_iter()
            .filter_map(|(language, origin, text)| Source::new(language, origin, text, &mut faults))
            .collect();
        for path in &self.paths {
            sources.extend(Source::read(path, &mut faults));
        }
        // Otherwise the catalogue that could not be read may be the one.
        let all_read = faults.is_empty();
        if !is_parameter(&self.template_parameter) {
            faults.add(|| CatalogueFault::new(CatalogueFaultKind::TemplateParameter));
        }
        let (layers, absent) = layers(sources, self.only.as_deref());
        if all_read {
            absent
                .into_iter()
                .for_each(|language| faults.add(|| CatalogueFault::new(CatalogueFaultKind::NoCatalogue(language))));
        }
        let compiled = layers.into_iter().filter_map(|layers| load(layers, self.autofill.as_ref(), &mut faults));
        let languages = Languages::new(compiled.collect());
        let messages =
            Messages::from_parts(self.brand, languages, self.autofill, self.code_in_subject, self.template_parameter);
        faults.unless_any(messages)
    }
}

/// What is there for each language that is wanted, and those that are wanted and not there.
fn layers(host: Vec<Source>, only: Option<&[Locale]>) -> (Vec<Layers>, Vec<Locale>) {
    let mut by_language = BTreeMap::new();
    for source in SHIPPED.iter().filter_map(|&(tag, text)| Source::shipped(tag, text)) {
        let language = source.language.clone();
        by_language.insert(language.clone(), Layers { language, shipped: Some(source), host: Vec::new() });
    }
    for source in host {
        let language = source.language.clone();
        let layers = || Layers { language: language.clone(), shipped: None, host: Vec::new() };
        by_language.entry(language.clone()).or_insert_with(layers).host.push(source);
    }
    let Some(only) = only else { return (by_language.into_values().collect(), Vec::new()) };
    let absent = only.iter().filter(|language| !by_language.contains_key(language)).cloned().collect();
    by_language.retain(|language, _| language.as_str() == "en" || only.contains(language));
    (by_language.into_values().collect(), absent)
}

fn is_parameter(key: &str) -> bool {
    (1..=64).contains(&key.chars().count()) && !key.contains(is_refused) && !key.trim().is_empty()
}
