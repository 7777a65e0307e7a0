//! The words of a language, from Fluent files to texts that only wait for code and brand.
//!
//! Fluent runs at load and never again: every text is formatted for each number of minutes and cut into pieces. So whatever
//! is wrong with a catalogue shows at load, and writing a message cannot fail.

use countersign::Locale;

mod budget;
mod character;
mod check;
mod compile;
mod duplicates;
mod language;
mod names;
mod place;
mod resource;
mod shipped;
mod slot;
mod source;
mod wording;

pub(crate) use character::is_refused;
pub(crate) use language::{Layers, load};
pub(crate) use shipped::SHIPPED;
pub(crate) use source::Source;
pub(crate) use wording::{Fill, Phrase, Piece};

/// The texts of one language, complete for a kind of message or without it.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) language: Locale,
    pub(crate) right_to_left: bool,
    pub(crate) sms: Option<SmsWords>,
    pub(crate) email: Option<EmailWords>,
}

/// What a text message says, in three lengths.
#[derive(Debug)]
pub(crate) struct SmsWords {
    pub(crate) full: Phrase,
    pub(crate) short: Phrase,
    pub(crate) bare: Phrase,
}

impl SmsWords {
    /// Longest first.
    pub(crate) const fn tiers(&self) -> [&Phrase; 3] {
        [&self.full, &self.short, &self.bare]
    }
}

/// What an email says.
#[derive(Debug)]
pub(crate) struct EmailWords {
    pub(crate) subject: Phrase,
    pub(crate) subject_with_code: Phrase,
    pub(crate) preheader: Phrase,
    pub(crate) heading: Phrase,
    pub(crate) intro: Phrase,
    pub(crate) expiry: Phrase,
    pub(crate) secrecy: Phrase,
    pub(crate) ignore: Phrase,
}
