//! What makes no letter, and what shows of one.

use countersign::{EmailAddress, Mailbox, Sender, SenderName, Template, Transport};
use countersign_smtp::{ComposeError, Letter};
use countersign_testkit::fixtures::{self, Started};

use crate::letters::{RECIPIENT, by, dispatch, from, messages, of, outcome, record, send, sender, transport};
use countersign_testkit::mail_server::{MailServer, Mode};

#[test]
fn a_letter_needs_a_sender() {
    let error = Letter::compose(&dispatch(1), &messages(), None).unwrap_err();
    assert_eq!(error, ComposeError::NoSender);
}

#[test]
fn a_sender_without_a_mailbox_is_refused_though_there_is_a_default_one() {
    let named = from(&record(1), &by(Sender::Name(SenderName::parse("Acme").unwrap())));
    let error = Letter::compose(&named, &messages(), Some(&sender())).unwrap_err();
    assert_eq!(error, ComposeError::SenderIsNoMailbox);
}

#[test]
fn a_phone_number_gets_no_letter() {
    let error = Letter::compose(&of(&Started::new(1).record()), &messages(), Some(&sender())).unwrap_err();
    assert_eq!(error, ComposeError::NotAnEmailAddress);
}

#[test]
fn a_template_of_a_provider_is_refused_and_one_that_only_names_a_language_is_followed() {
    let with = |template: Template| {
        let step = fixtures::mail().with_template(template);
        let recipient = EmailAddress::parse(RECIPIENT).unwrap();
        of(&Started::new(1).recipient(recipient).steps(vec![step]).record())
    };
    let compose = |template| Letter::compose(&with(template), &messages(), Some(&sender()));
    let named = Template { name: Some("otp".into()), ..Template::default() };
    assert_eq!(compose(named).unwrap_err(), ComposeError::Template);
    let of_a_project = Template { project_id: Some(uuid::Uuid::nil()), ..Template::default() };
    assert_eq!(compose(of_a_project).unwrap_err(), ComposeError::Template);
    let dutch = compose(Template { locale: Some("nl_NL".into()), ..Template::default() }).unwrap();
    assert!(String::from_utf8_lossy(dutch.as_bytes()).contains("\r\nContent-Language: nl\r\n"));
}

#[test]
fn a_senders_domain_without_room_for_the_reference_is_refused() {
    let label = "d".repeat(61);
    let longest = format!("{label}.{label}.{label}.{}", "t".repeat(Letter::MAX_SENDER_DOMAIN - 3 * 62));
    for (domain, expected) in
        [(longest.clone(), None), (format!("{longest}t"), Some(ComposeError::SenderDomainTooLong))]
    {
        let sender = Mailbox::parse(&format!("c@{domain}")).unwrap();
        let error = Letter::compose(&dispatch(1), &messages(), Some(&sender)).err();
        assert_eq!(error, expected);
    }
}

#[test]
fn a_letter_shows_its_message_id_and_nothing_of_its_text() {
    let letter = Letter::compose(&dispatch(1), &messages(), Some(&sender())).unwrap();
    assert_eq!(format!("{letter:?}"), format!("Letter {{ message_id: {:?}, .. }}", letter.message_id()));
    assert!(!letter.message_id().to_string().contains(['<', '>']));
}

#[tokio::test]
async fn what_makes_no_letter_is_refused_without_a_connection() {
    let server = MailServer::start(Mode::Plaintext);
    let transport = transport(&server, Mode::Plaintext).build().unwrap();
    let named = from(&record(1), &by(Sender::Name(SenderName::parse("Acme").unwrap())));
    for dispatch in [named, of(&Started::new(1).record())] {
        let result = transport.send(&dispatch).await;
        let (word, detail) = outcome(&result);
        assert_eq!(word, "refused");
        assert!(!detail.contains(dispatch.code().expose()) && !detail.contains(RECIPIENT));
    }
    assert_eq!(server.connections().0, 0);
    assert_eq!(outcome(&send(&transport, 1).await).0, "taken");
}
