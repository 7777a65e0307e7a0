use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::reader::Section;

/// Everything that is wrong with a file, each with its path, its line, and what to do. No value is repeated: somebody may
/// have written a secret there.
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

/// Faults as they are found, in the text of one file.
#[derive(Debug)]
pub(super) struct Faults<'a> {
    text: &'a str,
    found: RefCell<Vec<Fault>>,
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
    read: impl FnOnce(&mut Section<'_>, &Faults<'_>) -> Option<T>,
) -> Result<T, Vec<Fault>> {
    let faults = Faults::of(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    let value = if errors.is_empty() {
        let mut file = Section::whole(document.get_ref(), &faults);
        let value = read(&mut file, &faults);
        file.end();
        value
    } else {
        for error in errors {
            faults.add("", error.span().map_or(0, |span| span.start), error.message());
        }
        None
    };
    let mut found = faults.found.into_inner();
    found.sort();
    match value {
        Some(value) if found.is_empty() => Ok(value),
        Some(_) | None => Err(found),
    }
}

impl<'a> Faults<'a> {
    const fn of(text: &'a str) -> Self {
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

    fn note(&self, line: Option<usize>, path: &str, sentence: impl fmt::Display) {
        self.found.borrow_mut().push(Fault { line, path: path.to_owned(), sentence: sentence.to_string() });
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
