//! A connection that is read one line at a time.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A TCP connection whose every read ends at the end of a line at the latest.
///
/// lettre keeps what it read ahead when it turns to TLS. Whoever sits in between could so have replies believed that
/// were sent in the clear, behind the answer to `STARTTLS`, as if they had come encrypted. Nothing is read ahead from
/// here: the bytes behind that answer go into the handshake, which fails.
#[derive(Debug)]
pub(crate) struct LineByLine {
    tcp: TcpStream,
    held: Vec<u8>,
    taken: usize,
}

impl LineByLine {
    pub(crate) const fn new(tcp: TcpStream) -> Self {
        Self { tcp, held: Vec::new(), taken: 0 }
    }
}

impl AsyncRead for LineByLine {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.taken >= this.held.len() {
            let mut bytes = [0; 4096];
            let mut read = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut this.tcp).poll_read(cx, &mut read))?;
            this.held.clear();
            this.held.extend_from_slice(read.filled());
            this.taken = 0;
        }
        let rest = this.held.get(this.taken..).unwrap_or_default();
        let line = rest.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = line.get(..buf.remaining()).unwrap_or(line);
        buf.put_slice(line);
        this.taken += line.len();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for LineByLine {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().tcp).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for LineByLine {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }
}
