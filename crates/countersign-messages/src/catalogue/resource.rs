//! From text to Fluent's syntax tree.

use std::path::{Path, PathBuf};

use fluent_bundle::FluentResource;
use fluent_syntax::ast;
use fluent_syntax::parser::ParserError;

use super::place::{line_at, line_of};
use super::source::Source;
use crate::fault::{CatalogueFault, CatalogueFaultKind, Faults};

/// A catalogue that was read, whatever of it could be read.
pub(crate) struct Resource {
    origin: PathBuf,
    fluent: FluentResource,
}

impl Resource {
    /// Most opening brackets of one message. The parser calls itself for each that is open, and every variant costs time.
    const MAX_BRACKETS: usize = 200;

    pub(crate) fn parse(source: Source, faults: &mut Faults) -> Option<Self> {
        let Source { origin, text, .. } = source;
        if let Some(line) = most_bracketed(&text, Self::MAX_BRACKETS) {
            faults.add(|| CatalogueFault::at(&origin, line, CatalogueFaultKind::TooNested));
            return None;
        }
        if let Some(at) = broken_escape(&text) {
            faults.add(|| CatalogueFault::at(&origin, line_at(&text, at), CatalogueFaultKind::Escape));
            return None;
        }
        let fluent = FluentResource::try_new(text).unwrap_or_else(|(readable, errors)| {
            for error in errors {
                faults.add(|| {
                    CatalogueFault::at(
                        &origin,
                        line_of_error(readable.source(), &error),
                        CatalogueFaultKind::Syntax(error.to_string()),
                    )
                });
            }
            readable
        });
        Some(Self { origin, fluent })
    }

    pub(crate) const fn fluent(&self) -> &FluentResource {
        &self.fluent
    }

    pub(crate) fn origin(&self) -> &Path {
        &self.origin
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &ast::Entry<&str>> {
        self.fluent.entries()
    }

    /// A fault at that part of it.
    pub(crate) fn fault(&self, part: &str, kind: CatalogueFaultKind) -> CatalogueFault {
        CatalogueFault::at(&self.origin, self.line_of(part), kind)
    }

    pub(crate) fn line_of(&self, part: &str) -> usize {
        line_of(self.fluent.source(), part)
    }
}

/// The line where a message begins that has more opening brackets than that.
///
/// A line that begins with a name and `=`, or with `#`, cannot be inside a bracket: the parser gives up there, and so never
/// has more brackets open than are counted here.
fn most_bracketed(text: &str, most: usize) -> Option<usize> {
    let (mut brackets, mut begin) = (0, 1);
    for (line, number) in text.lines().zip(1..) {
        if line.starts_with('#') || begins_entry(line) {
            (brackets, begin) = (0, number);
        }
        if !line.starts_with('#') {
            brackets += line.bytes().filter(|byte| matches!(byte, b'{' | b'(' | b'[')).count();
        }
        if brackets > most {
            return Some(begin);
        }
    }
    None
}

/// Where an escape begins whose digits end at a character outside ASCII: fluent-syntax 0.12 would cut that character in two
/// for its error, and panic.
fn broken_escape(text: &str) -> Option<usize> {
    text.match_indices('\\').map(|(at, _)| at).find(|at| {
        let mut behind = text.get(at + 1..).unwrap_or_default().chars();
        let digits = match behind.next() {
            Some('u') => 4,
            Some('U') => 6,
            Some(_) | None => return false,
        };
        behind.take(digits).find(|c| !c.is_ascii_hexdigit()).is_some_and(|c| !c.is_ascii())
    })
}

fn begins_entry(line: &str) -> bool {
    let name = line.strip_prefix('-').unwrap_or(line);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(name.len());
    let (name, rest) = name.split_at(end);
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.trim_start_matches(' ').starts_with('=')
}

/// The line to look at. The parser often notices what is missing at the first word of the next line.
fn line_of_error(source: &str, error: &ParserError) -> usize {
    let before = source.get(..error.pos.start).unwrap_or(source);
    let begin = error.slice.as_ref().map_or(0, |slice| slice.start);
    let last = before.trim_end();
    if before.len() > last.len() && before[last.len()..].contains('\n') && last.len() > begin {
        return line_at(source, last.len());
    }
    line_at(source, before.len())
}
