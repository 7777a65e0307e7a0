//! Words for platforms that we know nothing of.

use std::fmt;

use countersign::Locale;
use zeroize::Zeroizing;

/// One line of text with the code in it, for a platform of the host's own: it says what a long text message says, of any
/// length and without an autofill line.
///
/// It cannot be cloned, printed or stored, its `Debug` is redacted, and its memory is wiped when dropped.
pub struct Text {
    pub(crate) body: Zeroizing<String>,
    pub(crate) language: Locale,
}

impl Text {
    /// What to send, with the code in it.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The language it is written in.
    #[must_use]
    pub const fn language(&self) -> &Locale {
        &self.language
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({}, redacted)", self.language)
    }
}
