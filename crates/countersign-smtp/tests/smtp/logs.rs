//! What is logged: references and reply codes.

use std::io;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::server::{Mode, PASSWORD, Server, USER};
use crate::world::{RECIPIENT, dispatch, reply, send, sender, transport};

#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// All that this program logs, of whatever test, in full detail.
static LOG: LazyLock<Log> = LazyLock::new(|| {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false);
    tracing::subscriber::set_global_default(subscriber.with_writer(log.clone()).finish()).expect("the only subscriber");
    log
});

/// Begins to keep what is logged.
pub fn capture() {
    LazyLock::force(&LOG);
}

#[tokio::test]
async fn neither_code_nor_address_nor_password_is_logged() {
    let server = Server::with_auth(Mode::StartTls);
    let transport = transport(&server, Mode::StartTls).credentials(USER, PASSWORD).build().unwrap();
    send(&transport, 4711).await.unwrap();
    server.behave(&[reply("message", "550 5.7.1 {to} {content}")]);
    send(&transport, 4711).await.unwrap_err();
    let text = String::from_utf8(LOG.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap();
    let dispatch = dispatch(4711);
    assert!(text.contains(&dispatch.reference().to_string()), "{text}");
    assert!(text.contains("550 5.7.1"), "{text}");
    let sender = sender();
    for secret in [RECIPIENT, dispatch.code().expose(), USER, PASSWORD, sender.address().as_str()] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
