//! The alphabet that text messages are counted in (3GPP TS 23.038, section 6.2.1).

/// The GSM 7-bit default alphabet outside ASCII; the escape to the extension is no character.
const DEFAULT: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";

/// The extension table; its page break is left out, for no message breaks pages.
const EXTENSION: &str = "^{}\\[~]|€";

/// How many septets a character takes: one, two in the extension table, none outside the alphabet.
pub(crate) fn septets(c: char) -> Option<usize> {
    match c {
        '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' => Some(2),
        // Of the other printable characters of ASCII only the grave accent is missing.
        '`' => None,
        '\n' | '\r' | ' '..='~' => Some(1),
        _ if DEFAULT.contains(c) => Some(1),
        _ if EXTENSION.contains(c) => Some(2),
        _ => None,
    }
}
