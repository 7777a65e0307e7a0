//! What stands in a header and is not plain ASCII (RFC 2047).

use std::fmt::Write;

/// Most octets of text in an encoded word: `Subject: =?utf-8?q?` and `?=` leave so many of the 76 that a line may have
/// (RFC 2047, section 2). Later lines are shorter.
const MAX_ENCODED: usize = 76 - "Subject: =?utf-8?q??=".len();

/// Most octets of a subject that is written as it is, in one line of 78 (RFC 5322, section 2.1.1).
const MAX_PLAIN: usize = 78 - "Subject: ".len();

/// A subject as it stands behind `Subject: `: as it is, or else in encoded words, folded.
pub(super) fn subject(text: &str) -> String {
    // `=?` begins an encoded word: as it stands, it would be decoded.
    if text.len() <= MAX_PLAIN && text.bytes().all(|b| matches!(b, b' '..=b'~')) && !text.contains("=?") {
        return text.to_owned();
    }
    let mut encoded = String::from("=?utf-8?q?");
    let mut used = 0;
    for c in text.chars() {
        let octets = octets(c);
        // A character is never split between two words (RFC 2047, section 5).
        if used + octets.len() > MAX_ENCODED {
            encoded.push_str("?=\r\n =?utf-8?q?");
            used = 0;
        }
        used += octets.len();
        encoded.push_str(&octets);
    }
    encoded.push_str("?=");
    encoded
}

/// A character in the encoding `Q`.
fn octets(c: char) -> String {
    if c.is_ascii_alphanumeric() {
        return c.into();
    }
    if c == ' ' {
        return "_".to_owned();
    }
    c.encode_utf8(&mut [0; 4]).bytes().fold(String::new(), |mut octets, byte| {
        // Writing to a string does not fail.
        let _ = write!(octets, "={byte:02X}");
        octets
    })
}

#[cfg(test)]
mod tests;
