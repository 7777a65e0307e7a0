use proptest::prelude::*;

use super::subject;

/// The other way, written down anew from RFC 2047.
fn decoded(encoded: &str) -> String {
    if !encoded.starts_with("=?") {
        return encoded.to_owned();
    }
    let mut bytes = Vec::new();
    for word in encoded.split("\r\n ") {
        let text = word.strip_prefix("=?utf-8?q?").unwrap().strip_suffix("?=").unwrap();
        let mut octets = text.bytes();
        let before = bytes.len();
        while let Some(octet) = octets.next() {
            bytes.push(match octet {
                b'_' => b' ',
                b'=' => {
                    let hex = [octets.next().unwrap(), octets.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()
                }
                plain => plain,
            });
        }
        assert!(std::str::from_utf8(&bytes[before..]).is_ok(), "a character is split");
    }
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #[test]
    fn a_subject_reads_back_as_it_was(text in "\\PC{0,120}") {
        let encoded = subject(&text);
        prop_assert_eq!(decoded(&encoded), text);
    }

    #[test]
    fn a_subject_is_ascii_in_short_folded_lines(text in any::<String>()) {
        let encoded = format!("Subject: {}", subject(&text));
        prop_assert!(encoded.is_ascii());
        for (number, line) in encoded.split("\r\n").enumerate() {
            prop_assert!(line.len() <= 78, "{line}");
            prop_assert!(line.bytes().all(|b| matches!(b, b' '..=b'~')), "{line}");
            prop_assert!(number == 0 || line.starts_with(" =?"), "{line}");
        }
    }
}

#[test]
fn plain_ascii_stays_readable() {
    assert_eq!(subject("Your Acme code"), "Your Acme code");
}

#[test]
fn what_looks_like_an_encoded_word_is_encoded_itself() {
    assert_eq!(subject("=?utf-8?q?x?="), "=?utf-8?q?=3D=3Futf=2D8=3Fq=3Fx=3F=3D?=");
}
