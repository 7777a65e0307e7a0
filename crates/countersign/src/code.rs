//! The secret the person reads and types back.

use std::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

use crate::bounded::bounded;

mod digits;
#[cfg(test)]
mod tests;

bounded! {
    /// How many digits a code has: 6 to 12, 6 unless asked otherwise (contract, section 2).
    ///
    /// Six digits are the least that NIST SP 800-63B-4, section 3.1.3.2, allows.
    CodeLength(u8), 6..=12, default 6, CodeLength, new, get
}

const CAPACITY: usize = 12;

/// A code as it is sent: handed to a transport, then wiped.
///
/// It has no `Display`, no `Serialize` and no `Clone`, and its `Debug` is redacted, so that it cannot slip into a log, a
/// response or a store:
///
/// ```compile_fail
/// fn leak(code: countersign::Code) -> String { code.to_string() }
/// ```
/// ```compile_fail
/// fn leak(code: &countersign::Code) -> countersign::Code { code.clone() }
/// ```
/// ```compile_fail
/// fn leak<T: serde::Serialize>(_: T) {}
/// fn try_it(code: countersign::Code) { leak(code) }
/// ```
pub struct Code {
    digits: [u8; CAPACITY],
    length: CodeLength,
}

impl Code {
    /// Reduces 128 uniform bits to digits: every code of the length is likely to within 2⁻⁸⁸.
    ///
    /// The bits are read as a fraction below one, and its first decimal digits are the code (multiplications only: a
    /// division's time could depend on the secret). At most 10¹² codes share 2¹²⁸ inputs, so none has a share that
    /// differs from another's by more than one input.
    pub(crate) fn from_bits(bits: u128, length: CodeLength) -> Self {
        let mut code = Self { digits: [0; CAPACITY], length };
        let mut fraction = bits;
        for digit in code.digits.iter_mut().take(usize::from(length.0)) {
            let (whole, rest) = times_ten(fraction);
            *digit = b'0' + whole;
            fraction = rest;
        }
        fraction.zeroize();
        code
    }

    /// The digits, to write into a message and nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        let digits = self.digits.get(..usize::from(self.length.0)).unwrap_or_default();
        // ASCII digits always are text.
        std::str::from_utf8(digits).unwrap_or_default()
    }

    /// How many digits it has.
    #[must_use]
    pub const fn length(&self) -> CodeLength {
        self.length
    }

    /// Whether the person typed this code, compared in a time that tells nothing of either.
    ///
    /// Lengths are public and are compared first; codes of two lengths are never equal.
    #[must_use]
    pub fn matches(&self, submitted: &SubmittedCode) -> bool {
        // Unused places are zero in both, which no digit is.
        let same_length: Choice = self.length.0.ct_eq(&submitted.length.0);
        bool::from(same_length & self.digits.ct_eq(&submitted.digits))
    }
}

/// Ten times a fraction of 2¹²⁸: the whole part, below ten, and what is left of the fraction.
const fn times_ten(fraction: u128) -> (u8, u128) {
    const LOW: u128 = u64::MAX as u128;
    let low = (fraction & LOW) * 10;
    let high = (fraction >> 64) * 10 + (low >> 64);
    ((high >> 64) as u8, (high << 64) | (low & LOW))
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({} digits, redacted)", self.length.0)
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        self.digits.zeroize();
    }
}

/// Why a text cannot be any code. Nothing is charged for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// There is no digit in it.
    #[error("a code is needed: enter the digits of the message")]
    Empty,
    /// Something stands in it that is neither digit, space nor hyphen.
    #[error("a code has digits only: enter the digits of the message")]
    NotDigits,
    /// It has fewer than 6 or more than 12 digits.
    #[error("a code has 6 to 12 digits: enter all digits of the message, once")]
    Length,
}

/// A code as the person typed it, normalised (contract, section 3, rule 1).
///
/// Spaces and hyphens of every kind are dropped, Unicode decimal digits become ASCII, anything else is refused. Like
/// [`Code`] it is redacted, wiped when dropped, and cannot be printed or stored by accident.
pub struct SubmittedCode {
    digits: [u8; CAPACITY],
    length: CodeLength,
}

impl SubmittedCode {
    /// Longest text that is looked at, in bytes: room for 12 digits of any script with separators.
    const MAX_BYTES: usize = 128;

    /// Reads what the person typed.
    ///
    /// # Errors
    /// [`CodeError`], when no code of any verification could be meant.
    pub fn parse(typed: &str) -> Result<Self, CodeError> {
        if typed.len() > Self::MAX_BYTES {
            return Err(CodeError::Length);
        }
        let mut code = Self { digits: [0; CAPACITY], length: CodeLength::MIN };
        let mut count = 0_u8;
        for c in typed.chars() {
            if c.is_whitespace() || digits::is_hyphen(c) {
                continue;
            }
            let value = digits::decimal_value(c).ok_or(CodeError::NotDigits)?;
            let place = code.digits.get_mut(usize::from(count)).ok_or(CodeError::Length)?;
            *place = b'0' + value;
            count += 1;
        }
        if count == 0 {
            return Err(CodeError::Empty);
        }
        code.length = CodeLength::new(count).map_err(|_| CodeError::Length)?;
        Ok(code)
    }

    /// The digits, to hand to a service that judges them and nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        let digits = self.digits.get(..usize::from(self.length.0)).unwrap_or_default();
        // ASCII digits always are text.
        std::str::from_utf8(digits).unwrap_or_default()
    }

    /// How many digits were typed.
    #[must_use]
    pub const fn length(&self) -> CodeLength {
        self.length
    }
}

impl std::str::FromStr for SubmittedCode {
    type Err = CodeError;

    fn from_str(typed: &str) -> Result<Self, CodeError> {
        Self::parse(typed)
    }
}

impl fmt::Debug for SubmittedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubmittedCode({} digits, redacted)", self.length.0)
    }
}

impl Drop for SubmittedCode {
    fn drop(&mut self) {
        self.digits.zeroize();
    }
}
