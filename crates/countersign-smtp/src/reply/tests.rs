use std::io;

use countersign::SendError;
use proptest::prelude::*;

use super::{broken, codes, what_failed};
use crate::phase::Phase;

#[test]
fn a_host_that_no_name_server_knows_is_not_sent() {
    // As the standard library says it. To ask a name server, a test would have to leave this machine.
    let error = io::Error::other("failed to lookup address information: Name or service not known");
    let detail = Some("connection failed (connect)".to_owned());
    let expected = SendError::NotSent { retry_after: None, detail };
    assert_eq!(broken(Phase::Connect, what_failed(&error, Phase::Connect)), expected);
}

#[test]
fn the_enhanced_code_is_kept_when_it_belongs_to_the_reply() {
    assert_eq!(codes(550, "5.1.1 <anna@example.com>: no such user"), "550 5.1.1");
    assert_eq!(codes(451, "4.7.500 later"), "451 4.7.500");
}

#[test]
fn what_only_looks_like_an_enhanced_code_is_dropped() {
    for text in ["", "no", "4.1.1 no", "5.1", "5.1.1.1", "5.8.1", "5.12.1", "5.1.1234", "5.1.x", "5..1", "5.1.1: no"] {
        assert_eq!(codes(550, text), "550", "{text:?}");
    }
}

proptest! {
    #[test]
    fn no_text_of_the_server_gets_through(code in 400_u16..600, text in any::<String>()) {
        let detail = codes(code, &text);
        prop_assert!(detail.len() <= "550 5.1.123".len(), "{detail}");
        prop_assert!(detail.chars().all(|c| c.is_ascii_digit() || " .".contains(c)), "{detail}");
    }
}
