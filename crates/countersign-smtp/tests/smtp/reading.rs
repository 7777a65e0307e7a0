//! What arrives, as an independent parser reads it.

use countersign::{Brand, Dispatch, EmailAddress, Identity, Locale, Mailbox, SendTask, Sender, Transport};
use countersign_smtp::Letter;
use countersign_testkit::fixtures::{self, Started};

use crate::letters::{RECIPIENT, by, dispatch, from, message_id, messages, of, record, send, sender, transport};
use countersign_testkit::mail_server::{Mail, MailServer, Mode};

const LANGUAGES: [&str; 12] = ["af", "ar", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr"];

/// The headers of every letter, in their order.
pub const HEADERS: [&str; 9] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
];

/// What holds of every message that arrives.
pub fn assert_well_formed(mail: &Mail) {
    assert_eq!(mail.defects, [""; 0]);
    let names: Vec<_> = mail.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, HEADERS);
    assert_eq!(mail.types, ["multipart/alternative", "text/plain", "text/html"]);
    assert_eq!(mail.charsets[1..], [Some("utf-8".to_owned()), Some("utf-8".to_owned())]);
    assert!(mail.raw.is_ascii(), "seven bits");
    assert!(mail.raw.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n', '\0'])));
    assert_eq!(mail.header("auto-submitted"), "auto-generated");
    assert_eq!(mail.rcpt_tos.len(), 1);
    assert_eq!(mail.mail_options, [""; 0]);
    assert_eq!(mail.to, [(String::new(), mail.rcpt_tos[0].clone())]);
    assert_eq!(mail.from.len(), 1);
    assert_eq!(mail.from[0].1, mail.mail_from);
}

#[tokio::test]
async fn every_language_reads_back_as_it_was_written() {
    let server = MailServer::start(Mode::StartTls);
    let transport = transport(&server, Mode::StartTls).build().unwrap();
    let words = messages();
    for (seed, language) in LANGUAGES.into_iter().enumerate() {
        server.forget();
        let record = Started::new(seed as u64)
            .recipient(EmailAddress::parse(RECIPIENT).unwrap())
            .steps(vec![fixtures::mail()])
            .locale(Locale::parse(language).unwrap())
            .record();
        let dispatch = of(&record);
        transport.send(&dispatch).await.unwrap();
        let mail = server.mail();
        assert_well_formed(&mail);
        let written = words.email(&dispatch);
        assert_eq!(mail.header("subject"), written.subject(), "{language}");
        assert_eq!(mail.header("content-language"), written.language().as_str());
        assert_eq!(written.language().language(), language);
        let read: Vec<_> = mail.contents.iter().map(|content| content.replace("\r\n", "\n")).collect();
        assert_eq!(read[0].trim_end(), written.text().trim_end(), "{language}");
        assert_eq!(read[1].trim_end(), written.html().trim_end(), "{language}");
        assert!(read.iter().all(|content| content.contains(dispatch.code().expose())));
        let verbs = server.verbs();
        for verb in ["MAIL", "RCPT", "DATA"] {
            assert_eq!(verbs.iter().filter(|found| found.ends_with(verb)).count(), 1, "{verbs:?}");
        }
    }
}

#[tokio::test]
async fn the_sender_of_the_channel_goes_before_the_default_one() {
    let server = MailServer::start(Mode::Plaintext);
    let transport = transport(&server, Mode::Plaintext).build().unwrap();
    let own = Mailbox::parse("Zoë \"Ω\" & Co. <zoe@shop.example>").unwrap();
    transport.send(&from(&record(1), &by(Sender::Mailbox(own)))).await.unwrap();
    let mail = server.mail();
    assert_well_formed(&mail);
    assert_eq!(mail.from, [("Zoë \"Ω\" & Co.".to_owned(), "zoe@shop.example".to_owned())]);
    assert!(mail.header("message-id").ends_with("@shop.example>"));
}

#[tokio::test]
async fn the_brand_of_the_channel_is_read() {
    let server = MailServer::start(Mode::Plaintext);
    let transport = transport(&server, Mode::Plaintext).build().unwrap();
    let brand = Brand::parse("=?utf-8?q?Ev=69l?= Ünïcødé 🔑").unwrap();
    let dispatch = from(&record(1), &Identity { brand: Some(brand.clone()), ..Identity::default() });
    transport.send(&dispatch).await.unwrap();
    let mail = server.mail();
    assert_well_formed(&mail);
    assert_eq!(mail.header("subject"), messages().email(&dispatch).subject());
    assert!(mail.contents[0].contains(brand.as_str()));
}

#[tokio::test]
async fn the_message_id_is_the_receipts_and_the_same_on_a_retry() {
    let server = MailServer::start(Mode::StartTls);
    let transport = transport(&server, Mode::StartTls).build().unwrap();
    let record = record(1);
    let first = message_id(transport.send(&of(&record)).await.unwrap());
    let again = message_id(transport.send(&of(&record)).await.unwrap());
    assert_eq!(first, again);
    assert_eq!(first, format!("{}@acme.example", record.attempt_id(0)));
    for mail in server.mails() {
        assert_eq!(mail.header("message-id"), format!("<{first}>"));
        assert_eq!(mail.date, record.created_at().as_millis() as f64 / 1000.0);
    }
    assert_eq!(server.mails().len(), 2);
}

#[tokio::test]
async fn another_attempt_has_another_message_id() {
    let server = MailServer::start(Mode::StartTls);
    let transport = transport(&server, Mode::StartTls).build().unwrap();
    let record = record(1);
    let resent = {
        let task = SendTask { attempt: 0, try_number: 1 };
        let receipt = transport.send(&of(&record)).await.unwrap();
        let sent = record.handle_sent(task, &Ok(receipt), record.created_at()).unwrap().next;
        sent.resend(None, record.created_at()).unwrap().next
    };
    let second = Dispatch::new(&resent, 1, &fixtures::keyring(), record.created_at(), &Identity::default()).unwrap();
    let id = message_id(transport.send(&second).await.unwrap());
    assert_eq!(id, format!("{}@acme.example", record.attempt_id(1)));
    assert_ne!(server.mails()[0].header("message-id"), server.mails()[1].header("message-id"));
}

#[tokio::test]
async fn the_server_gets_the_very_letter_that_compose_gives() {
    let server = MailServer::start(Mode::Plaintext);
    let transport = transport(&server, Mode::Plaintext).build().unwrap();
    send(&transport, 1).await.unwrap();
    let letter = Letter::compose(&dispatch(1), &messages(), Some(&sender())).unwrap();
    assert_eq!(server.mail().raw, std::str::from_utf8(letter.as_bytes()).unwrap());
}

#[tokio::test]
async fn the_longest_addresses_that_there_are_arrive() {
    let server = MailServer::start(Mode::Plaintext);
    let transport = transport(&server, Mode::Plaintext).build().unwrap();
    let label = "d".repeat(61);
    let to = EmailAddress::parse(&format!("{}@{label}.{label}.{label}.co", "l".repeat(64))).unwrap();
    let record = Started::new(3).recipient(to.clone()).steps(vec![fixtures::mail()]).record();
    let domain = format!("{label}.{label}.{label}.{}", "t".repeat(Letter::MAX_SENDER_DOMAIN - 3 * 62));
    let mailbox = Mailbox::parse(&format!("c@{domain}")).unwrap();
    let id = message_id(transport.send(&from(&record, &by(Sender::Mailbox(mailbox)))).await.unwrap());
    let mail = server.mail();
    assert_well_formed(&mail);
    assert_eq!(mail.rcpt_tos, [to.as_str()]);
    assert_eq!(mail.header("message-id"), format!("<{id}>"));
    assert!(id.len() > 250, "{}", id.len());
}
