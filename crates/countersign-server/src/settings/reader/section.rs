use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use toml::de::DeTable;

use super::Item;
use crate::settings::document::Document;

/// A table of the configuration, read key by key.
///
/// What is wrong is reported with its path and line, and then treated as if it were not there, so that all faults of a
/// file are reported together. Ask for every key before the first `?`: keys that were not asked for are reported as
/// unknown.
pub struct Section<'a> {
    path: String,
    at: usize,
    entries: &'a DeTable<'a>,
    known: Vec<&'static str>,
    finished: bool,
    document: &'a Document<'a>,
}

impl<'a> Section<'a> {
    /// The whole file.
    pub(in crate::settings) const fn whole(entries: &'a DeTable<'a>, document: &'a Document<'a>) -> Self {
        Self::new(String::new(), 0, entries, document)
    }

    pub(super) const fn new(path: String, at: usize, entries: &'a DeTable<'a>, document: &'a Document<'a>) -> Self {
        Self { path, at, entries, known: Vec::new(), finished: false, document }
    }

    /// Returns the value of a key, if it is there.
    pub fn get(&mut self, key: &'static str) -> Option<Item<'a>> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        let value = self.entries.get(key)?;
        Some(Item::new(self.below(key), value, self.document))
    }

    /// Returns the value of a key; reports it as missing otherwise, with what to write.
    pub fn require(&mut self, key: &'static str, write: impl Display) -> Option<Item<'a>> {
        let found = self.get(key);
        if found.is_none() {
            self.fault(format_args!("{key} is missing: {write}"));
        }
        found
    }

    /// Returns a value parsed from a string, see [`Item::parsed`].
    pub fn parsed<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<T> {
        self.get(key)?.parsed()
    }

    /// Returns a whole number within bounds, see [`Item::number`].
    pub fn number<T: TryFrom<u64>>(&mut self, key: &'static str, bounds: RangeInclusive<u64>) -> Option<T> {
        self.get(key)?.number(bounds)
    }

    /// Returns a whole number of seconds within bounds.
    pub fn seconds(&mut self, key: &'static str, bounds: RangeInclusive<u64>) -> Option<Duration> {
        self.number(key, bounds).map(Duration::from_secs)
    }

    /// Returns `true` or `false`; `false` when the key is not there.
    pub fn flag(&mut self, key: &'static str) -> bool {
        self.get(key).and_then(|item| item.flag()).unwrap_or_default()
    }

    /// Returns the values of a list; none when the key is not there.
    pub fn list(&mut self, key: &'static str) -> Vec<Item<'a>> {
        self.get(key).map(|item| item.list()).unwrap_or_default()
    }

    /// Returns a table within this one.
    pub fn section(&mut self, key: &'static str) -> Option<Self> {
        self.get(key)?.section()
    }

    /// Returns a list of tables, as `[[key]]` makes it; none when the key is not there.
    pub fn sections(&mut self, key: &'static str) -> Vec<Self> {
        self.list(key).iter().filter_map(Item::section).collect()
    }

    /// Returns every key with its value, where the file chooses the keys. Do not [`finish`](Self::finish) such a table.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Item<'a>)> {
        self.entries.iter().map(|(key, value)| {
            let key: &'a str = key.get_ref();
            (key, Item::new(self.below(key), value, self.document))
        })
    }

    /// Reports a fault of the table as a whole. The sentence says what is wrong and what to do, and repeats no value.
    pub fn fault(&self, sentence: impl Display) {
        self.document.add(&self.path, self.at, sentence);
    }

    /// Reports a fault of a key's value; on the line of the table when the key is not there.
    pub fn fault_at(&self, key: &str, sentence: impl Display) {
        let at = self.entries.get(key).map_or(self.at, |value| value.span().start);
        self.document.add(&self.below(key), at, sentence);
    }

    /// Reports the keys that were not asked for, once.
    pub fn finish(&mut self) {
        if std::mem::replace(&mut self.finished, true) {
            return;
        }
        for key in self.entries.keys().filter(|key| !self.known.iter().any(|known| *known == key.get_ref())) {
            let sentence = format!("unknown key: expected one of {}", self.known.join(", "));
            self.document.add(&self.below(key.get_ref()), key.span().start, sentence);
        }
    }

    fn below(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

/// Without values: one of them may be a secret in the wrong place.
impl fmt::Debug for Section<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Section").field("path", &self.path).finish_non_exhaustive()
    }
}
