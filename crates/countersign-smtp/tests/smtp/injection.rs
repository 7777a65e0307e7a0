//! No sender, brand, address or language can write a header or a command.

use countersign::{Brand, Dispatch, EmailAddress, Identity, Locale, Mailbox, Sender, SenderName, Transport};
use countersign_smtp::Letter;
use countersign_testkit::fixtures::{self, Started};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::letters::{from, messages, sender, transport};
use crate::reading::{HEADERS, assert_well_formed};
use countersign_testkit::mail_server::{MailServer, Mode};

/// Text that tries: anything at all, and pieces that mean something to a mail server or a mail program.
fn text() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "\r\n",
        "\n",
        "\r",
        "\0",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\u{b}",
        ".\r\n",
        "Bcc: eve@evil.example",
        "RCPT TO:<",
        ">",
        "<",
        "\"",
        "\\",
        ",",
        ";",
        ":",
        "@",
        "=?utf-8?q?",
        "?=",
        "=0D=0A",
        "(",
        ")",
        " ",
        "  ",
        "é",
        "ع",
        "🔑",
        "a",
        "Z9",
    ];
    let piece = prop_oneof![4 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn address() -> impl Strategy<Value = String> {
    let atext = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,12}(\\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,9}){0,2}";
    let domain = "([a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?\\.){1,3}[a-z]{2,8}|bücher\\.example|例え\\.テスト";
    let fair = (atext, domain).prop_map(|(local, domain)| format!("{local}@{domain}"));
    let foul = (text(), text()).prop_map(|(local, domain)| format!("a{local}@{domain}b.example"));
    prop_oneof![3 => fair, 1 => foul]
}

#[derive(Debug, Clone)]
struct Attack {
    recipient: String,
    sender: String,
    name: String,
    brand: String,
    locale: String,
    seed: u64,
}

fn attacks() -> impl Strategy<Value = Attack> {
    let locale = prop_oneof![3 => "[a-z]{2,3}(-[A-Z]{2})?", 1 => text()];
    (address(), address(), text(), text(), locale, any::<u64>()).prop_map(
        |(recipient, sender, name, brand, locale, seed)| Attack { recipient, sender, name, brand, locale, seed },
    )
}

impl Attack {
    /// What is left of it behind our types; nothing when they refuse the addresses.
    fn dispatch(&self) -> Option<Dispatch> {
        let recipient = EmailAddress::parse(&self.recipient).ok()?;
        let sender = Mailbox::new(EmailAddress::parse(&self.sender).ok()?);
        let sender =
            SenderName::parse(&self.name).map_or_else(|_| sender.clone(), |name| sender.clone().with_name(name));
        let record = Started::new(self.seed)
            .recipient(recipient)
            .steps(vec![fixtures::mail()])
            .locale(Locale::parse(&self.locale).unwrap_or_default())
            .record();
        let brand = Brand::parse(&self.brand).ok();
        Some(from(&record, &Identity { sender: Some(Sender::Mailbox(sender)), brand }))
    }
}

/// The names in the header, unfolded, and nothing in it but whole lines.
fn header_names(letter: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(letter).unwrap();
    assert!(text.is_ascii());
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']), "a bare line end");
    let (header, _) = text.split_once("\r\n\r\n").unwrap();
    let lines = header.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    lines.map(|line| line.split_once(": ").expect("a header has a name").0.to_owned()).collect()
}

proptest! {
    #[test]
    fn a_letter_has_its_headers_and_no_others(attack in attacks()) {
        let Some(dispatch) = attack.dispatch() else { return Ok(()) };
        let letter = Letter::compose(&dispatch, &messages(), None);
        let letter = letter.unwrap_or_else(|error| panic!("what our types let through makes a letter: {error}"));
        prop_assert_eq!(header_names(letter.as_bytes()), HEADERS);
    }
}

#[tokio::test]
async fn what_arrives_is_one_message_with_its_headers_and_no_others() {
    let server = MailServer::start(Mode::Plaintext);
    let transport = transport(&server, Mode::Plaintext).build().unwrap();
    let words = messages();
    let mut runner = TestRunner::deterministic();
    let mut sent = 0;
    while sent < 60 {
        let attack = attacks().new_tree(&mut runner).unwrap().current();
        let Some(dispatch) = attack.dispatch() else { continue };
        sent += 1;
        server.forget();
        transport.send(&dispatch).await.unwrap();
        let mail = server.mail();
        assert_well_formed(&mail);
        assert_eq!(mail.header("subject"), words.email(&dispatch).subject());
        let from = dispatch.sender().and_then(Sender::mailbox).unwrap_or_else(|| panic!("{:?}", sender()));
        let name = from.name().map_or("", SenderName::as_str);
        assert_eq!(mail.from, [(name.to_owned(), from.address().as_str().to_owned())], "{attack:?}");
        assert_eq!(mail.rcpt_tos, [dispatch.address().to_canonical()]);
        let verbs: Vec<_> = server.verbs().into_iter().filter(|verb| verb != "EHLO" && verb != "RSET").collect();
        assert_eq!(verbs, ["MAIL", "RCPT", "DATA"], "{attack:?}");
    }
}
