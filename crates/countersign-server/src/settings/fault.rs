use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

/// Everything that is wrong with a file, each with its path, its line, and what to do. No value is repeated: somebody may
/// have written a secret there.
#[derive(Debug, thiserror::Error)]
pub(crate) struct InvalidSettings {
    file: PathBuf,
    faults: Vec<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    /// From 1; none when it is not in the file.
    line: Option<usize>,
    path: String,
    sentence: String,
}

/// Faults as they are found, in the text of one file.
#[derive(Debug)]
pub(super) struct Faults<'a> {
    text: &'a str,
    found: RefCell<Vec<Fault>>,
}

impl<'a> Faults<'a> {
    pub(super) const fn of(text: &'a str) -> Self {
        Self { text, found: RefCell::new(Vec::new()) }
    }

    /// Notes a fault of what begins at that byte.
    pub(super) fn add(&self, path: &str, offset: usize, sentence: impl fmt::Display) {
        let line = self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        self.note(Some(line), path, sentence);
    }

    /// Notes a fault of what is not in the file.
    pub(super) fn add_elsewhere(&self, path: &str, sentence: impl fmt::Display) {
        self.note(None, path, sentence);
    }

    /// Notes a fault at a path that somebody else found it by, as in `channels[2].sender`.
    pub(super) fn add_at(&self, document: &DeTable<'_>, path: &str, sentence: impl fmt::Display) {
        match offset_of(document, path) {
            Some(offset) => self.add(path, offset, sentence),
            None => self.add_elsewhere(path, sentence),
        }
    }

    fn note(&self, line: Option<usize>, path: &str, sentence: impl fmt::Display) {
        self.found.borrow_mut().push(Fault { line, path: path.to_owned(), sentence: sentence.to_string() });
    }

    /// The faults in the order of the file; none when there is none.
    pub(super) fn in_file(self, file: &Path) -> Result<(), InvalidSettings> {
        let mut faults = self.found.into_inner();
        if faults.is_empty() {
            return Ok(());
        }
        faults.sort();
        Err(InvalidSettings { file: file.to_owned(), faults })
    }
}

impl fmt::Display for InvalidSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be used:", self.file.display())?;
        for Fault { line, path, sentence } in &self.faults {
            f.write_str("\n  ")?;
            if let Some(line) = line {
                write!(f, "line {line}: ")?;
            }
            if !path.is_empty() {
                write!(f, "{path}: ")?;
            }
            f.write_str(sentence)?;
        }
        Ok(())
    }
}

/// Where the value of a path begins, or the last part of it that is there.
fn offset_of(document: &DeTable<'_>, path: &str) -> Option<usize> {
    let mut keys = path.split(['.', '[', ']']).filter(|key| !key.is_empty());
    let first = document.get(keys.next()?)?;
    let (mut found, mut value) = (first.span().start, first.get_ref());
    for key in keys {
        let next = match value {
            DeValue::Array(array) => key.parse().ok().and_then(|index: usize| array.get(index)),
            DeValue::Table(table) => table.get(key),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => None,
        };
        let Some(next) = next else { break };
        (found, value) = (next.span().start, next.get_ref());
    }
    Some(found)
}
