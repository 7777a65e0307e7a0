//! What is wrong with catalogues and settings, said so that a person can mend it.

use std::fmt;
use std::path::{Path, PathBuf};

use countersign::Locale;
use countersign::locale::LocaleError;

use crate::sms::Encoding;

/// Everything that is wrong, found in one go: one [`CatalogueFault`] a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagesError {
    faults: Vec<CatalogueFault>,
}

impl MessagesError {
    /// Each fault by itself; at least one, at most [`MAX_FAULTS`](Self::MAX_FAULTS).
    #[must_use]
    pub fn faults(&self) -> &[CatalogueFault] {
        &self.faults
    }

    /// Most faults that are told; who mends them sees the rest at the next try.
    pub const MAX_FAULTS: usize = 200;
}

/// Faults as they are found.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<CatalogueFault>);

impl Faults {
    /// Notes one more, which is made only when there is room for it: to find its line takes time.
    pub(crate) fn add(&mut self, fault: impl FnOnce() -> CatalogueFault) {
        if self.0.len() < MessagesError::MAX_FAULTS {
            self.0.push(fault());
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value, unless something was wrong.
    pub(crate) fn unless_any<T>(self, value: T) -> Result<T, MessagesError> {
        if self.0.is_empty() { Ok(value) } else { Err(MessagesError { faults: self.0 }) }
    }
}

impl fmt::Display for MessagesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for MessagesError {}

/// One thing that is wrong, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueFault {
    origin: Option<PathBuf>,
    line: Option<usize>,
    kind: CatalogueFaultKind,
}

impl CatalogueFault {
    pub(crate) const fn new(kind: CatalogueFaultKind) -> Self {
        Self { origin: None, line: None, kind }
    }

    pub(crate) fn of_file(origin: &Path, kind: CatalogueFaultKind) -> Self {
        Self { origin: Some(origin.to_owned()), line: None, kind }
    }

    pub(crate) fn at(origin: &Path, line: usize, kind: CatalogueFaultKind) -> Self {
        Self { origin: Some(origin.to_owned()), line: Some(line), kind }
    }

    /// The file, or what the host named as origin of the text. None when it is a setting, or one of our catalogues together
    /// with a setting.
    #[must_use]
    pub fn origin(&self) -> Option<&Path> {
        self.origin.as_deref()
    }

    /// The line in it, from 1 on; none when the file as a whole is meant.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> &CatalogueFaultKind {
        &self.kind
    }
}

impl fmt::Display for CatalogueFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            write!(f, "{}:", origin.display())?;
            if let Some(line) = self.line {
                write!(f, "{line}:")?;
            }
            f.write_str(" ")?;
        }
        self.kind.fmt(f)
    }
}

/// What is wrong with a catalogue or a setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueFaultKind {
    /// The system does not give the file or folder.
    #[error("this cannot be read ({0}): check that it exists and that its permissions allow it")]
    Unreadable(std::io::ErrorKind),
    /// A folder without a catalogue.
    #[error("there is no catalogue here: a folder of catalogues has files such as nl.ftl")]
    EmptyFolder,
    /// More than 256 KiB.
    #[error("a catalogue has at most 256 KiB: this file is bigger, and hardly is one")]
    TooBig,
    /// Not UTF-8.
    #[error("a catalogue is written in UTF-8: save this file in that encoding")]
    NotUtf8,
    /// The file's name is no language tag.
    #[error("a catalogue is named for its language, as in nl.ftl or pt-BR.ftl: {0}")]
    NotALanguage(LocaleError),
    /// Not Fluent.
    #[error("this is not Fluent syntax: {0}")]
    Syntax(String),
    /// A `\u` or `\U` with too few digits behind it.
    #[error("behind \\u come four hexadecimal digits, behind \\U six: write them, or the character itself")]
    Escape,
    /// More brackets in one message than anybody needs.
    #[error("one message has at most 200 opening brackets: split what is nested here, or drop variants")]
    TooNested,
    /// No such message.
    #[error("there is no message `{0}`: see en.ftl for those there are")]
    UnknownMessage(String),
    /// No such part of the message.
    #[error("message `{message}` has no part `.{attribute}`: see en.ftl for those there are")]
    UnknownAttribute {
        /// The message.
        message: String,
        /// What is written under it.
        attribute: String,
    },
    /// A message, a part of one or a term that is given twice for one language, in one file or in two.
    #[error("`{name}` is already given in {first}: keep one of the two")]
    Duplicate {
        /// The message, part or term.
        name: String,
        /// Where it stands first, as `path:line`.
        first: String,
    },
    /// No such variable.
    #[error("there is no variable `${0}`: use $code, $brand and $minutes")]
    UnknownVariable(String),
    /// A term that reads a variable of messages.
    #[error("a term does not see `${0}`: write it in the message that uses the term")]
    VariableInTerm(String),
    /// A term that refers to a message.
    #[error("a term cannot refer to the message `{0}`: refer to a term instead")]
    MessageInTerm(String),
    /// A function.
    #[error("there is no function `{0}`: write the variable alone, as in {{ $minutes }}")]
    UnknownFunction(String),
    /// A choice by code or brand.
    #[error("nothing may depend on what `${0}` is: select on $minutes alone")]
    SelectsOn(String),
    /// A reference to what is not there.
    #[error("`{0}` is referred to, but is not there: add it, or write its text here")]
    Unresolved(String),
    /// A text that contains itself, or is put together from more than a hundred pieces.
    #[error("`{0}` refers to itself, or is put together from more than a hundred pieces: write it out")]
    Endless(String),
    /// A text that is longer than anybody reads.
    #[error("`{0}` is longer than 2000 bytes: shorten it")]
    TooLong(String),
    /// A character that cannot be seen, or that means something else on every device.
    #[error("the character U+{0:04X} cannot be sent: drop it, and write each text on one line")]
    Character(u32),
    /// An `{` or `}` that would be shown.
    #[error("`{0}` would show a brace to the person: drop it, or mend what stands between the braces")]
    Brace(String),
    /// A text without anything in it.
    #[error("`{0}` is empty: give it a text")]
    Empty(String),
    /// A message that lacks what it is for, for one number of minutes at least.
    #[error("`{name}` needs {{ ${variable} }} {how_often}; for {minutes} minute(s) it has it {has} time(s)")]
    Needs {
        /// The message.
        name: String,
        /// `code` or `brand`.
        variable: &'static str,
        /// How often it must be there.
        how_often: &'static str,
        /// The first number of minutes for which it is otherwise.
        minutes: u8,
        /// How often it is there then.
        has: usize,
    },
    /// The code where it must not be.
    #[error("`{0}` must not hold the code: drop {{ $code }}; the email shows it by itself")]
    CodeNotHere(String),
    /// A language that can say some messages of a kind, but not all.
    #[error("a language that is added needs all messages of a kind: `{}` missing", .0.join("`, `"))]
    Incomplete(Vec<String>),
    /// A catalogue of an added language that says nothing.
    #[error(
        "there is no message in it: a language that is added has all `sms` messages, all `email-` messages, or both"
    )]
    Nothing,
    /// A text message that can never be sent as one segment.
    #[error(
        "`{name}` in {language} is too long for one text message: it takes {units} of {} {} with {with}: {remedy}",
        encoding.segment_units(), unit(*encoding)
    )]
    OverBudget {
        /// The message.
        name: String,
        /// Its language.
        language: Locale,
        /// How much room it takes.
        units: usize,
        /// In which encoding.
        encoding: Encoding,
        /// With what it was measured.
        with: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A language that is asked for and has no catalogue.
    #[error("there is no catalogue for {0}: drop it from the languages that are asked for, or add its catalogue")]
    NoCatalogue(Locale),
    /// The name of a template's parameter.
    #[error("the template parameter needs a name of 1 to 64 visible characters, such as code")]
    TemplateParameter,
}

const fn unit(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Gsm7 => "septets",
        Encoding::Ucs2 => "UCS-2 characters",
    }
}
