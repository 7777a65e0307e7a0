//! One connection to a mail server.

use std::fmt;
use std::io;
use std::time::Duration;

use countersign::SendError;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::letter::Letter;
use crate::lines::LineByLine;
use crate::phase::Phase;
use crate::reply;
use crate::server::{Security, Server};

/// The server shuts the connection (RFC 5321, section 3.8).
const SHUTS: u16 = 421;
const SEND_THE_MESSAGE: u16 = 354;

/// A connection that was greeted, is encrypted where it must be, and is authenticated where that is wanted.
///
/// lettre's own transport does all this in one call, and its errors do not say how far it came. That is why the
/// commands are given one by one here.
pub(crate) struct Session {
    connection: AsyncSmtpConnection,
    in_step: bool,
}

impl Session {
    /// Connects, and does everything up to where a message may be handed over.
    pub(crate) async fn open(server: &Server, phase: &mut Phase) -> Result<Self, SendError> {
        *phase = Phase::Connect;
        let mut connection = match &server.security {
            Security::ImplicitTls(tls) => {
                let address = (server.host.as_str(), server.port);
                let (patience, tls) = (Some(server.patience), Some(tls.clone()));
                AsyncSmtpConnection::connect_tokio1(address, patience, &server.hello, tls, None).await
            }
            Security::Plaintext | Security::StartTls(_) => {
                let tcp =
                    connect(server).await.map_err(|error| reply::broken(*phase, reply::what_failed(&error, *phase)))?;
                *phase = Phase::Hello;
                AsyncSmtpConnection::connect_with_transport(Box::new(LineByLine::new(tcp)), &server.hello).await
            }
        }
        .map_err(|error| reply::failure(&error, *phase))?;
        if let Security::StartTls(tls) = &server.security {
            *phase = Phase::StartTls;
            if !connection.can_starttls() {
                return Err(reply::broken(*phase, "the server does not offer it"));
            }
            let upgraded = connection.starttls(tls.clone(), &server.hello).await;
            upgraded.map_err(|error| reply::failure(&error, *phase))?;
        }
        if let Some(credentials) = &server.credentials {
            *phase = Phase::Auth;
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            if !mechanisms.iter().any(|mechanism| connection.server_info().supports_auth_mechanism(*mechanism)) {
                return Err(reply::broken(*phase, "the server offers neither PLAIN nor LOGIN"));
            }
            let welcomed = connection.auth(&mechanisms, &credentials.tell()).await;
            welcomed.map_err(|error| reply::failure(&error, *phase))?;
        }
        Ok(Self { connection, in_step: true })
    }

    /// Hands a letter over; `phase` tells how far it came, also when this future is dropped.
    pub(crate) async fn deliver(&mut self, letter: &Letter, phase: &mut Phase) -> Result<(), SendError> {
        let mail = Mail::new(Some(letter.from().clone()), Vec::new());
        let rcpt = Rcpt::new(letter.to().clone(), Vec::new());
        *phase = Phase::Mail;
        self.command(mail, |code| code / 100 == 2, *phase).await?;
        *phase = Phase::Rcpt;
        self.command(rcpt, |code| code / 100 == 2, *phase).await?;
        *phase = Phase::Data;
        self.command(Data, |code| code == SEND_THE_MESSAGE, *phase).await?;
        *phase = Phase::Message;
        self.command(Transparent::new(letter.as_bytes()), |code| code / 100 == 2, *phase).await
    }

    /// Whether the last reply was to the last command, so that the next one will be to the next.
    pub(crate) const fn is_in_step(&self) -> bool {
        self.in_step
    }

    /// Forgets what an earlier message left, and finds out whether the server is still there.
    pub(crate) async fn reset(&mut self) -> bool {
        self.command(Rset, |code| code / 100 == 2, Phase::Mail).await.is_ok()
    }

    /// Says goodbye, for so long at most.
    pub(crate) async fn quit(mut self, patience: Duration) {
        // The connection is closed next, whatever comes of this.
        let _ = timeout(patience, self.connection.quit()).await;
    }

    async fn command(
        &mut self,
        command: impl fmt::Display,
        wanted: fn(u16) -> bool,
        phase: Phase,
    ) -> Result<(), SendError> {
        self.in_step = false;
        match self.connection.command(command).await {
            Ok(reply) if wanted(u16::from(reply.code())) => {
                self.in_step = true;
                Ok(())
            }
            Ok(_) => Err(reply::broken(phase, "an answer to something else")),
            Err(error) => {
                self.in_step = error.status().is_some_and(|code| u16::from(code) != SHUTS);
                Err(reply::failure(&error, phase))
            }
        }
    }
}

/// Tries the host's addresses one after another.
async fn connect(server: &Server) -> io::Result<TcpStream> {
    let mut failure = io::Error::from(io::ErrorKind::NotFound);
    for address in lookup_host((server.host.as_str(), server.port)).await? {
        match timeout(server.patience, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                tcp.set_nodelay(true)?;
                return Ok(tcp);
            }
            Ok(Err(error)) => failure = error,
            Err(late) => failure = late.into(),
        }
    }
    Err(failure)
}

/// A message as it is written behind `DATA`: a dot more before each line that begins with one, and a lone dot at the
/// end (RFC 5321, section 4.5.2).
///
/// It goes out like a command, in one write. lettre writes the last dot on its own, which then waits until the server
/// has acknowledged the rest: 40 ms, with a server that delays that.
struct Transparent(Zeroizing<String>);

impl Transparent {
    fn new(message: &[u8]) -> Self {
        // Letters are ASCII.
        let message = std::str::from_utf8(message).unwrap_or_default();
        let dots = message.bytes().filter(|byte| *byte == b'.').count();
        let mut text = Zeroizing::new(String::with_capacity(message.len() + dots + 5));
        for line in message.split_inclusive("\r\n") {
            if line.starts_with('.') {
                text.push('.');
            }
            text.push_str(line);
        }
        if !text.ends_with("\r\n") {
            text.push_str("\r\n");
        }
        text.push_str(".\r\n");
        Self(text)
    }
}

impl fmt::Display for Transparent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("in_step", &self.in_step).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
