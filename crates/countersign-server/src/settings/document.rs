use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::reader::Section;

/// All faults of a file, each with its path, its line, and what to do. No value is repeated: it may be a secret in the
/// wrong place.
#[derive(Debug, thiserror::Error)]
pub(crate) struct InvalidSettings {
    file: PathBuf,
    faults: Vec<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fault {
    /// From 1; none when it is not in the file.
    pub(super) line: Option<usize>,
    /// Empty when the file as a whole is wrong.
    pub(super) path: String,
    pub(super) sentence: String,
}

/// A file while it is read, and the faults found so far.
pub(super) struct Document<'a> {
    text: &'a str,
    /// Where relative paths begin.
    folder: &'a Path,
    faults: RefCell<Vec<Fault>>,
}

impl InvalidSettings {
    pub(super) fn new(file: &Path, faults: Vec<Fault>) -> Self {
        Self { file: file.to_owned(), faults }
    }
}

/// Reads a text with what reads its tables. Keys that nothing asked for are faults, too.
///
/// # Errors
/// Every fault, in the order of the text.
pub(super) fn read<T>(
    text: &str,
    folder: &Path,
    read: impl FnOnce(&mut Section<'_>, &Document<'_>) -> Option<T>,
) -> Result<T, Vec<Fault>> {
    let document = Document { text, folder, faults: RefCell::default() };
    let (tables, errors) = DeTable::parse_recoverable(text);
    let value = if errors.is_empty() {
        let mut file = Section::whole(tables.get_ref(), &document);
        let value = read(&mut file, &document);
        file.finish();
        value
    } else {
        for error in errors {
            document.add("", error.span().map_or(0, |span| span.start), error.message());
        }
        None
    };
    let mut faults = document.faults.into_inner();
    faults.sort();
    match value {
        Some(value) if faults.is_empty() => Ok(value),
        Some(_) | None => Err(faults),
    }
}

impl<'a> Document<'a> {
    pub(super) const fn folder(&self) -> &'a Path {
        self.folder
    }

    /// Adds a fault of what begins at that byte.
    pub(super) fn add(&self, path: &str, offset: usize, sentence: impl fmt::Display) {
        let line = self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        self.note(Some(line), path, sentence);
    }

    /// Adds a fault of what is not in the file.
    pub(super) fn add_elsewhere(&self, path: &str, sentence: impl fmt::Display) {
        self.note(None, path, sentence);
    }

    fn note(&self, line: Option<usize>, path: &str, sentence: impl fmt::Display) {
        self.faults.borrow_mut().push(Fault { line, path: path.to_owned(), sentence: sentence.to_string() });
    }
}

impl fmt::Display for InvalidSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid configuration {}:", self.file.display())?;
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
