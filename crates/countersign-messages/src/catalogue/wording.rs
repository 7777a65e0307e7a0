//! Texts that are ready to be filled in.

use crate::minutes::Minutes;
use crate::out::Out;
use crate::sms::Size;

/// What is filled in.
#[derive(Clone, Copy)]
pub(crate) struct Fill<'a> {
    pub(crate) code: &'a str,
    pub(crate) brand: &'a str,
    pub(crate) minutes: Minutes,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(Box<str>),
    Code,
    Brand,
}

/// A text for one number of minutes, cut where code and brand go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wording {
    pieces: Box<[Piece]>,
    /// The room of the text alone.
    text: Size,
    codes: usize,
    brands: usize,
}

impl Wording {
    pub(crate) fn new(pieces: Vec<Piece>) -> Self {
        let count = |piece: &Piece| pieces.iter().filter(|other| *other == piece).count();
        let text = pieces.iter().fold(Size::ZERO, |sum, piece| match piece {
            Piece::Text(text) => sum + Size::of(text),
            Piece::Code | Piece::Brand => sum,
        });
        Self { text, codes: count(&Piece::Code), brands: count(&Piece::Brand), pieces: pieces.into() }
    }

    pub(crate) const fn codes(&self) -> usize {
        self.codes
    }

    pub(crate) const fn brands(&self) -> usize {
        self.brands
    }

    pub(crate) const fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The room it takes with a code and a brand of those sizes.
    pub(crate) fn size(&self, code: Size, brand: Size) -> Size {
        self.text + code * self.codes + brand * self.brands
    }

    pub(crate) fn write(&self, fill: Fill<'_>, out: &mut dyn Out) {
        for piece in &self.pieces {
            out.put(match piece {
                Piece::Text(text) => text,
                Piece::Code => fill.code,
                Piece::Brand => fill.brand,
            });
        }
    }
}

/// A text for every number of minutes; equal ones are kept once.
#[derive(Debug)]
pub(crate) struct Phrase {
    wordings: Vec<Wording>,
    by_minutes: [u8; Minutes::COUNT],
}

impl Phrase {
    /// From what it says for each number of minutes, from 1 on; what is missing at the end is said as for the last one.
    pub(crate) fn new(each: Vec<Wording>) -> Option<Self> {
        let mut phrase = Self { wordings: Vec::new(), by_minutes: [0; Minutes::COUNT] };
        let mut each = each.into_iter().peekable();
        each.peek()?;
        let mut last = 0;
        for place in &mut phrase.by_minutes {
            if let Some(wording) = each.next() {
                last = phrase.wordings.iter().position(|other| *other == wording).unwrap_or(phrase.wordings.len());
                if last == phrase.wordings.len() {
                    phrase.wordings.push(wording);
                }
            }
            // At most 60 are different.
            *place = last as u8;
        }
        Some(phrase)
    }

    #[allow(clippy::indexing_slicing, reason = "the constructor put a wording there for every number of minutes")]
    pub(crate) fn at(&self, minutes: Minutes) -> &Wording {
        &self.wordings[usize::from(self.by_minutes[minutes.index()])]
    }

    /// Each different wording.
    pub(crate) fn wordings(&self) -> &[Wording] {
        &self.wordings
    }
}
