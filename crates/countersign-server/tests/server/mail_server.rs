//! A mail server that greets nobody before it may.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct MailServer {
    port: u16,
    arrived: Receiver<()>,
    greet: Sender<()>,
    messages: Receiver<String>,
}

impl MailServer {
    /// Greets whoever comes.
    pub(crate) fn start() -> Self {
        let server = Self::start_shy();
        (0..100).for_each(|_| server.greet());
        server
    }

    /// Lets whoever comes wait for [`greet`](Self::greet).
    pub(crate) fn start_shy() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let ((arrive, arrived), (greet, greeted), (sent, messages)) = (channel(), channel(), channel());
        std::thread::spawn(move || {
            let greeted = Arc::new(Mutex::new(greeted));
            for stream in listener.incoming().map_while(Result::ok) {
                // A test that waits for none of it any more has ended.
                let _ = arrive.send(());
                let (greeted, sent) = (Arc::clone(&greeted), sent.clone());
                std::thread::spawn(move || {
                    let may_greet =
                        greeted.lock().is_ok_and(|greeted: MutexGuard<'_, Receiver<()>>| greeted.recv().is_ok());
                    may_greet.then(|| serve(stream, &sent))
                });
            }
        });
        Self { port, arrived, greet, messages }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn greet(&self) {
        self.greet.send(()).expect("it runs");
    }

    /// Waits until somebody has come.
    pub(crate) fn wait_for_somebody(&self) {
        self.arrived.recv_timeout(PATIENCE).expect("somebody comes");
    }

    /// The next message, as it came.
    pub(crate) fn message(&self) -> String {
        self.messages.recv_timeout(PATIENCE).expect("a message comes")
    }
}

fn serve(mut stream: TcpStream, sent: &Sender<String>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines().map_while(Result::ok);
    let mut say = |line: &str| stream.write_all(format!("{line}\r\n").as_bytes()).ok();
    say("220 mail.acme.example ESMTP")?;
    while let Some(line) = lines.next() {
        match line.split(' ').next()? {
            "EHLO" => say("250-mail.acme.example\r\n250-8BITMIME\r\n250 SMTPUTF8")?,
            "DATA" => {
                say("354 go on")?;
                let message: Vec<_> = lines.by_ref().take_while(|line| line != ".").collect();
                say("250 taken")?;
                sent.send(message.join("\n")).ok()?;
            }
            "QUIT" => {
                say("221 bye")?;
                return Some(());
            }
            _ => say("250 fine")?,
        }
    }
    Some(())
}
