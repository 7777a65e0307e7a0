//! How much room a text takes in a text message.

use std::ops::{Add, Mul};

use super::gsm7::septets;

/// How the characters of a text message are written on the air (3GPP TS 23.038).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// The GSM 7-bit default alphabet with its extension: 160 septets in one segment.
    Gsm7,
    /// UCS-2, as soon as one character is not in that alphabet: 70 UTF-16 units in one segment.
    Ucs2,
}

impl Encoding {
    /// How many [`units`](crate::Sms::units) one segment has: 160 septets, or 70 UTF-16 units.
    #[must_use]
    pub const fn segment_units(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }
}

/// The room a text takes in either encoding; sizes of parts add up to the size of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// None when a character is not in the alphabet.
    septets: Option<usize>,
    utf16: usize,
}

impl Size {
    pub(crate) const ZERO: Self = Self { septets: Some(0), utf16: 0 };

    pub(crate) fn of(text: &str) -> Self {
        let mut size = Self::ZERO;
        for c in text.chars() {
            size.septets = size.septets.zip(septets(c)).map(|(sum, one)| sum + one);
            size.utf16 += c.len_utf16();
        }
        size
    }

    /// So many ASCII digits, letters, hyphens, dots or spaces.
    pub(crate) const fn plain(count: usize) -> Self {
        Self { septets: Some(count), utf16: count }
    }

    /// So many characters of the extension table: the most that a text in GSM 7-bit takes.
    pub(crate) const fn extension(count: usize) -> Self {
        Self { septets: Some(2 * count), utf16: count }
    }

    /// So many UTF-16 units outside the alphabet.
    pub(crate) const fn foreign(count: usize) -> Self {
        Self { septets: None, utf16: count }
    }

    pub(crate) const fn encoding(self) -> Encoding {
        match self.septets {
            Some(_) => Encoding::Gsm7,
            None => Encoding::Ucs2,
        }
    }

    pub(crate) const fn units(self) -> usize {
        match self.septets {
            Some(septets) => septets,
            None => self.utf16,
        }
    }

    pub(crate) const fn fits_one_segment(self) -> bool {
        self.units() <= self.encoding().segment_units()
    }
}

impl Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { septets: self.septets.zip(other.septets).map(|(a, b)| a + b), utf16: self.utf16 + other.utf16 }
    }
}

impl Mul<usize> for Size {
    type Output = Self;

    fn mul(self, times: usize) -> Self {
        if times == 0 {
            return Self::ZERO;
        }
        Self { septets: self.septets.map(|septets| septets * times), utf16: self.utf16 * times }
    }
}
