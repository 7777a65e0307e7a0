//! Text messages: one segment each, the code first.

use std::fmt;

use countersign::Locale;
use zeroize::Zeroizing;

use crate::autofill::Autofill;
use crate::catalogue::{Fill, SmsWords};
use crate::out::written;

mod gsm7;
mod size;

pub use size::Encoding;
pub(crate) use size::Size;

/// The body of a text message.
///
/// It holds the code: it cannot be cloned, printed or stored, its `Debug` is redacted, and its memory is wiped when dropped.
///
/// ```compile_fail
/// fn leak(sms: countersign_messages::Sms) -> String { sms.to_string() }
/// ```
/// ```compile_fail
/// fn leak(sms: &countersign_messages::Sms) -> countersign_messages::Sms { sms.clone() }
/// ```
pub struct Sms {
    body: Zeroizing<String>,
    size: Size,
    language: Locale,
}

impl Sms {
    /// The longest wording that fits one segment; the barest when none does.
    pub(crate) fn write(words: &SmsWords, language: &Locale, fill: Fill<'_>, autofill: Option<&Autofill>) -> Self {
        let tail = autofill.map_or(Size::ZERO, |autofill| autofill.size(fill.code.len()));
        let (code, brand) = (Size::plain(fill.code.len()), Size::of(fill.brand));
        let tiers = words.tiers().map(|phrase| phrase.at(fill.minutes));
        let sized = tiers.map(|wording| (wording, wording.size(code, brand) + tail));
        let [.., bare] = sized;
        let (wording, size) = sized.into_iter().find(|(_, size)| size.fits_one_segment()).unwrap_or(bare);
        let body = written(|out| {
            wording.write(fill, out);
            if let Some(autofill) = autofill {
                autofill.write(fill.code, out);
            }
        });
        Self { body, size, language: language.clone() }
    }

    /// What to send, with the code in it.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// How it is written on the air.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.size.encoding()
    }

    /// How much room it takes: septets in GSM 7-bit, UTF-16 units in UCS-2.
    #[must_use]
    pub const fn units(&self) -> usize {
        self.size.units()
    }

    /// Whether it is sent, and paid, as one message: at most 160 septets or 70 UTF-16 units.
    ///
    /// Always so with a brand of at most 11 UTF-16 units ([`Brand::fits_sms`](countersign::Brand::fits_sms)).
    #[must_use]
    pub const fn fits_one_segment(&self) -> bool {
        self.size.fits_one_segment()
    }

    /// The language it is written in.
    #[must_use]
    pub const fn language(&self) -> &Locale {
        &self.language
    }
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sms({}, {} units of {:?}, redacted)", self.language, self.units(), self.encoding())
    }
}
