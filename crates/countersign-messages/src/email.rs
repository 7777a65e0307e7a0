//! Emails: a subject, and the same words as plain text and as HTML.

use std::fmt;

use countersign::Locale;
use zeroize::Zeroizing;

use crate::catalogue::{Catalogue, EmailWords, Fill, Phrase};
use crate::out::{Out, written};

mod html;

/// An email without its envelope: whom it is from and to is the transport's business.
///
/// It holds the code: it cannot be cloned, printed or stored, its `Debug` is redacted, and its memory is wiped when dropped.
/// Subject, text and HTML have no control characters but line breaks in the latter two, whatever catalogue and brand are.
///
/// ```compile_fail
/// fn leak(email: &countersign_messages::Email) -> countersign_messages::Email { email.clone() }
/// ```
pub struct Email {
    subject: Zeroizing<String>,
    text: Zeroizing<String>,
    html: Zeroizing<String>,
    language: Locale,
}

impl Email {
    pub(crate) fn write(words: &EmailWords, catalogue: &Catalogue, fill: Fill<'_>, code_in_subject: bool) -> Self {
        let subject = if code_in_subject { &words.subject_with_code } else { &words.subject };
        Self {
            subject: written(|out| subject.at(fill.minutes).write(fill, out)),
            text: written(|out| write_text(words, fill, out)),
            html: written(|out| html::write(words, catalogue, fill, out)),
            language: catalogue.language.clone(),
        }
    }

    /// One line, without the code unless the host asked for it there.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// For readers that show no HTML. The code stands alone on a line; lines end with `\n`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A whole document without anything that must be fetched: no image, no font, no script, no link.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The language it is written in, for the header `Content-Language`.
    #[must_use]
    pub const fn language(&self) -> &Locale {
        &self.language
    }
}

/// What the HTML says, in the same order.
fn write_text(words: &EmailWords, fill: Fill<'_>, out: &mut dyn Out) {
    for (phrase, end) in [(&words.heading, "\n\n"), (&words.intro, "\n\n")] {
        line(phrase, fill, out);
        out.put(end);
    }
    // Alone on its line: a double click takes it and nothing else.
    out.put(fill.code);
    out.put("\n\n");
    for (phrase, end) in [(&words.expiry, "\n"), (&words.secrecy, "\n\n"), (&words.ignore, "\n\n")] {
        line(phrase, fill, out);
        out.put(end);
    }
    out.put(fill.brand);
    out.put("\n");
}

fn line(phrase: &Phrase, fill: Fill<'_>, out: &mut dyn Out) {
    phrase.at(fill.minutes).write(fill, out);
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email({}, redacted)", self.language)
    }
}
