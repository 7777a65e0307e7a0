use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use toml::Spanned;
use toml::de::DeValue;

use super::{Secret, Section};
use crate::settings::document::Document;

/// A value of the configuration, with its path and line.
///
/// Methods return `None` after they reported what is wrong with it.
#[derive(Clone)]
pub struct Item<'a> {
    path: String,
    at: usize,
    value: &'a DeValue<'a>,
    document: &'a Document<'a>,
}

impl<'a> Item<'a> {
    pub(super) fn new(path: String, value: &'a Spanned<DeValue<'a>>, document: &'a Document<'a>) -> Self {
        Self { path, at: value.span().start, value: value.get_ref(), document }
    }

    /// Reports a fault of the value, and returns `None` for the caller to return. The sentence says what is wrong and
    /// what to do, and repeats no value.
    pub fn fault<T>(&self, sentence: impl Display) -> Option<T> {
        self.document.add(&self.path, self.at, sentence);
        None
    }

    /// Returns a string.
    pub fn text(&self) -> Option<&'a str> {
        self.value.as_str().or_else(|| self.fault("write a string in quotes"))
    }

    /// Returns a value parsed from a string; the error of the parser is the fault.
    pub fn parsed<T: FromStr<Err: Display>>(&self) -> Option<T> {
        self.text()?.parse().map_err(|error: T::Err| self.fault::<T>(error)).ok()
    }

    /// Returns the meaning of one of these strings.
    pub fn choice<T: Clone>(&self, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        let chosen = choices.iter().find(|(choice, _)| *choice == text).map(|(_, meaning)| meaning.clone());
        chosen.or_else(|| {
            let choices: Vec<_> = choices.iter().map(|(choice, _)| format!("\"{choice}\"")).collect();
            self.fault(format_args!("write {}", choices.join(" or ")))
        })
    }

    /// Returns a whole number within bounds, which `T` can hold.
    pub fn number<T: TryFrom<u64>>(&self, bounds: RangeInclusive<u64>) -> Option<T> {
        let number =
            self.value.as_integer().and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        let number = number.filter(|number| bounds.contains(number)).and_then(|number| T::try_from(number).ok());
        number.or_else(|| self.fault(format_args!("write a whole number from {} to {}", bounds.start(), bounds.end())))
    }

    /// Returns `true` or `false`.
    pub fn flag(&self) -> Option<bool> {
        self.value.as_bool().or_else(|| self.fault("write true or false"))
    }

    /// Returns the values of a list; none after a fault.
    pub fn list(&self) -> Vec<Self> {
        let Some(values) = self.value.as_array() else {
            return self.fault("write a list in brackets").unwrap_or_default();
        };
        let item = |(index, value): (usize, &'a Spanned<DeValue<'a>>)| {
            Self::new(format!("{}[{index}]", self.path), value, self.document)
        };
        values.iter().enumerate().map(item).collect()
    }

    /// Returns what `read` makes of each value of a list; `None` when it fails for one. It is called for all of them.
    pub fn each<T>(&self, read: impl Fn(&Self) -> Option<T>) -> Option<Vec<T>> {
        let mut values = self.is_list().then(Vec::new);
        for read in self.list().iter().map(read) {
            values = values.zip(read).map(|(mut values, value)| {
                values.push(value);
                values
            });
        }
        values
    }

    /// Returns a table.
    pub fn section(&self) -> Option<Section<'a>> {
        let Some(entries) = self.value.as_table() else { return self.fault("write a table") };
        Some(Section::new(self.path.clone(), self.at, entries, self.document))
    }

    /// Returns whether it is a list, where one value may stand for a list of one.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.value.is_array()
    }

    pub(super) const fn folder(&self) -> &'a std::path::Path {
        self.document.folder()
    }

    /// Returns a path; a relative one begins at the folder of the configuration.
    pub fn path(&self) -> Option<PathBuf> {
        self.text().map(|path| self.document.folder().join(path))
    }

    /// Returns the content of the file whose path it is. The file is read at once.
    pub fn file(&self) -> Option<Vec<u8>> {
        let path = self.path()?;
        std::fs::read(path)
            .map_err(|error| self.fault::<()>(format_args!("cannot read this file: {}", error.kind())))
            .ok()
    }

    /// Returns the secret that it names: `env:NAME` for an environment variable, `file:PATH` for a file of at most 64 KiB
    /// that holds nothing else. A secret in the configuration itself is a fault. Surrounding whitespace is dropped.
    pub fn secret(&self) -> Option<Secret> {
        Secret::fetch(self)
    }
}

/// Without the value, which may be a secret in the wrong place.
impl fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item").field("path", &self.path).finish_non_exhaustive()
    }
}
