//! What is logged: references and reply codes.

use countersign_testkit::logs;

use crate::letters::{RECIPIENT, dispatch, reply, send, sender, transport};
use countersign_testkit::mail_server::{MailServer, Mode, PASSWORD, USER};

#[tokio::test]
async fn neither_code_nor_address_nor_password_is_logged() {
    logs::capture();
    let server = MailServer::with_auth(Mode::StartTls);
    let transport = transport(&server, Mode::StartTls).credentials(USER, PASSWORD).build().unwrap();
    send(&transport, 4711).await.unwrap();
    server.behave(&[reply("message", "550 5.7.1 {to} {content}")]);
    send(&transport, 4711).await.unwrap_err();
    let text = logs::text();
    let dispatch = dispatch(4711);
    assert!(text.contains(&dispatch.reference().to_string()), "{text}");
    assert!(text.contains("550 5.7.1"), "{text}");
    let sender = sender();
    for secret in [RECIPIENT, dispatch.code().expose(), USER, PASSWORD, sender.address().as_str()] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
