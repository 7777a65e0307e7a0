use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Faults;

/// A table of the file, read key by key. A value that is wrong is noted and then taken for one that is not there, so that
/// all of them are told at once.
#[derive(Debug)]
#[must_use = "what it did not know of is noted at its end"]
pub(super) struct Section<'a> {
    path: String,
    at: usize,
    entries: &'a DeTable<'a>,
    known: Vec<&'static str>,
    faults: &'a Faults<'a>,
}

/// A value of the file, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    path: String,
    at: usize,
    value: &'a DeValue<'a>,
    faults: &'a Faults<'a>,
}

impl<'a> Section<'a> {
    /// The whole file.
    pub(super) const fn whole(entries: &'a DeTable<'a>, faults: &'a Faults<'a>) -> Self {
        Self { path: String::new(), at: 0, entries, known: Vec::new(), faults }
    }

    /// The value of a key, if it is there.
    pub(super) fn get(&mut self, key: &'static str) -> Option<Item<'a>> {
        self.known.push(key);
        self.entries.get(key).map(|value| self.item(key, value))
    }

    /// The value of a key that must be there; what to write if it is not.
    pub(super) fn need(&mut self, key: &'static str, write: &str) -> Option<Item<'a>> {
        let found = self.get(key);
        if found.is_none() {
            self.fault(format_args!("{key} is missing: {write}"));
        }
        found
    }

    /// A value that can be read from a text.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<T> {
        self.get(key)?.parsed()
    }

    /// A whole number in these bounds.
    pub(super) fn number<T: TryFrom<u64>>(&mut self, key: &'static str, bounds: RangeInclusive<u64>) -> Option<T> {
        self.get(key)?.number(bounds)
    }

    /// Seconds in these bounds.
    pub(super) fn seconds(&mut self, key: &'static str, bounds: RangeInclusive<u64>) -> Option<Duration> {
        self.number(key, bounds).map(Duration::from_secs)
    }

    /// Yes or no; no unless said.
    pub(super) fn flag(&mut self, key: &'static str) -> bool {
        self.get(key).and_then(|item| item.flag()).unwrap_or_default()
    }

    /// The values of a list; none when there is no list.
    pub(super) fn list(&mut self, key: &'static str) -> Vec<Item<'a>> {
        self.get(key).map(|item| item.list()).unwrap_or_default()
    }

    /// A table in this one.
    pub(super) fn section(&mut self, key: &'static str) -> Option<Self> {
        self.get(key)?.section()
    }

    /// A list of tables, as `[[key]]` makes it.
    pub(super) fn sections(&mut self, key: &'static str) -> Vec<Self> {
        self.list(key).iter().filter_map(Item::section).collect()
    }

    /// Every value, where the file chooses the keys.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'a str, Item<'a>)> {
        self.entries.iter().map(|(key, value)| (&**key.get_ref(), self.item(key.get_ref(), value)))
    }

    /// Notes a fault of the table as a whole.
    pub(super) fn fault(&self, sentence: impl Display) {
        self.faults.add(&self.path, self.at, sentence);
    }

    /// Notes a fault of a key's value; of the table when the key is not there.
    pub(super) fn fault_at(&self, key: &str, sentence: impl Display) {
        let at = self.entries.get(key).map_or(self.at, |value| value.span().start);
        self.faults.add(&self.below(key), at, sentence);
    }

    /// Notes what nobody asked for.
    pub(super) fn end(self) {
        self.note_unknown();
    }

    /// The same, for a table that something more may be wrong with as a whole.
    pub(super) fn note_unknown(&self) {
        for key in self.entries.keys().filter(|key| !self.known.iter().any(|known| *known == key.get_ref())) {
            let known = self.known.join(", ");
            self.faults.add(
                &self.below(key.get_ref()),
                key.span().start,
                format_args!("unknown: known here are {known}"),
            );
        }
    }

    fn item(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Item<'a> {
        Item { path: self.below(key), at: value.span().start, value: value.get_ref(), faults: self.faults }
    }

    fn below(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

impl<'a> Item<'a> {
    /// Notes what is wrong with it. Gives nothing, for the caller to give back.
    pub(super) fn fault<T>(&self, sentence: impl Display) -> Option<T> {
        self.faults.add(&self.path, self.at, sentence);
        None
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        self.value.as_str().or_else(|| self.fault("write a text in quotes"))
    }

    pub(super) fn parsed<T: FromStr<Err: Display>>(&self) -> Option<T> {
        self.text()?.parse().map_err(|error: T::Err| self.fault::<T>(error)).ok()
    }

    /// One of these words, for what it means.
    pub(super) fn word<T: Clone>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        let meant = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| meaning.clone());
        meant.or_else(|| {
            let words: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            self.fault(format_args!("write {}", words.join(" or ")))
        })
    }

    pub(super) fn number<T: TryFrom<u64>>(&self, bounds: RangeInclusive<u64>) -> Option<T> {
        let number =
            self.value.as_integer().and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        let number = number.filter(|number| bounds.contains(number)).and_then(|number| T::try_from(number).ok());
        number.or_else(|| self.fault(format_args!("write a whole number from {} to {}", bounds.start(), bounds.end())))
    }

    pub(super) fn flag(&self) -> Option<bool> {
        self.value.as_bool().or_else(|| self.fault("write true or false"))
    }

    pub(super) fn list(&self) -> Vec<Self> {
        let Some(values) = self.value.as_array() else {
            return self.fault("write a list, in brackets").unwrap_or_default();
        };
        let item = |(index, value): (usize, &'a Spanned<DeValue<'a>>)| Self {
            path: format!("{}[{index}]", self.path),
            at: value.span().start,
            value: value.get_ref(),
            faults: self.faults,
        };
        values.iter().enumerate().map(item).collect()
    }

    /// What is read from each value of a list, unless one is wrong; every one is looked at.
    pub(super) fn every<T>(&self, read: impl Fn(&Self) -> Option<T>) -> Option<Vec<T>> {
        let mut whole = Some(Vec::new());
        for one in self.list().iter().map(read) {
            whole = whole.zip(one).map(|(mut whole, one)| {
                whole.push(one);
                whole
            });
        }
        whole
    }

    pub(super) fn section(&self) -> Option<Section<'a>> {
        let Some(entries) = self.value.as_table() else { return self.fault("write a table") };
        Some(Section { path: self.path.clone(), at: self.at, entries, known: Vec::new(), faults: self.faults })
    }

    /// Whether it is a list, where one value may stand for a list of one.
    pub(super) fn is_list(&self) -> bool {
        self.value.is_array()
    }
}
