//! Catalogues as they come in: texts with an origin and a language.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use countersign::Locale;

use crate::fault::{CatalogueFault, CatalogueFaultKind, Faults};

/// The text of a catalogue.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) language: Locale,
    pub(crate) origin: PathBuf,
    pub(crate) text: String,
}

impl Source {
    /// Most bytes of a catalogue: ours have less than four thousand.
    const MAX_BYTES: usize = 256 * 1024;

    /// One of ours.
    pub(crate) fn shipped(tag: &str, text: &str) -> Option<Self> {
        let language = Locale::parse(tag).ok()?;
        Some(Self { language, origin: format!("{tag}.ftl (shipped)").into(), text: text.to_owned() })
    }

    /// A text that the host has at hand.
    pub(crate) fn new(language: Locale, origin: PathBuf, text: String, faults: &mut Faults) -> Option<Self> {
        if text.len() > Self::MAX_BYTES {
            faults.add(|| CatalogueFault::of_file(&origin, CatalogueFaultKind::TooBig));
            return None;
        }
        // Some editors mark UTF-8 by a character that Fluent does not know.
        let text = text.strip_prefix('\u{feff}').map(ToOwned::to_owned).unwrap_or(text);
        Some(Self { language, origin, text })
    }

    /// The catalogue of a file, or those of a folder, by name.
    pub(crate) fn read(path: &Path, faults: &mut Faults) -> Vec<Self> {
        if !path.is_dir() {
            return Self::read_file(path, faults).into_iter().collect();
        }
        let files = match catalogues_in(path) {
            Ok(files) => files,
            Err(error) => {
                faults.add(|| CatalogueFault::of_file(path, CatalogueFaultKind::Unreadable(error.kind())));
                return Vec::new();
            }
        };
        if files.is_empty() {
            faults.add(|| CatalogueFault::of_file(path, CatalogueFaultKind::EmptyFolder));
        }
        files.iter().filter_map(|file| Self::read_file(file, faults)).collect()
    }

    fn read_file(path: &Path, faults: &mut Faults) -> Option<Self> {
        let attempt = || {
            let tag = path.file_stem().unwrap_or_default().to_string_lossy();
            let language = Locale::parse(&tag).map_err(CatalogueFaultKind::NotALanguage)?;
            let bytes = start_of(path).map_err(|error| CatalogueFaultKind::Unreadable(error.kind()))?;
            if bytes.len() > Self::MAX_BYTES {
                return Err(CatalogueFaultKind::TooBig);
            }
            let text = String::from_utf8(bytes).map_err(|_| CatalogueFaultKind::NotUtf8)?;
            Ok((language, text))
        };
        match attempt() {
            Ok((language, text)) => Self::new(language, path.to_owned(), text, faults),
            Err(kind) => {
                faults.add(|| CatalogueFault::of_file(path, kind));
                None
            }
        }
    }
}

/// As much of a file as is ever used, and one byte more: it may be endless.
fn start_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(Source::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn catalogues_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ftl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
