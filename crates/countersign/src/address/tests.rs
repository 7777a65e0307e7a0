mod email;
mod numbering;
mod phone;
mod recipient;

use proptest::prelude::*;

/// Text that looks like an address often enough to get past the first check.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[+0-9 ()./;xX#,\u{a0}\u{2011}\u{661}\u{ff11}\r\n\u{0}tel:-]{0,70}",
        "(\\+|00|)[0-9]{0,24}",
        "[a-zA-Z0-9.@\"() \r\n\u{0}\u{2028}xn\u{e9}\u{fc}-]{0,80}",
        "[a-z.]{1,8}@\\PC{0,40}",
    ]
}

/// Characters that must not get into a message header, a log line or a request.
fn breaking_character() -> impl Strategy<Value = char> {
    prop_oneof![
        Just('\r'),
        Just('\n'),
        Just('\0'),
        Just('\u{85}'),
        Just('\u{2028}'),
        Just('\u{2029}'),
        Just('\u{202e}'),
        Just('\u{feff}'),
        Just('\u{7f}'),
        Just('\t'),
    ]
}

/// The text with one character put in, at a place given as a fraction of its length.
fn with_char_at(text: &str, place: f64, c: char) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    chars.insert((place * chars.len() as f64) as usize, c);
    chars.into_iter().collect()
}
