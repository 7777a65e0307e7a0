//! What a store says to its server, word for word, and the same said again by a bare client.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_redis::RedisStore;
use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Client, Cmd, Value};

use crate::crowd::{CALLERS, Crowd};
use crate::deployment::Deployment;
use crate::gauges;
use crate::servers::Server;

/// The commands of one operation, in their order.
pub(crate) type Operation = Box<[Said]>;

/// One command. Its parts lie side by side, so that to read them costs next to nothing.
pub(crate) struct Said {
    bytes: Box<[u8]>,
    lengths: Box<[usize]>,
}

impl Said {
    fn command(&self) -> Cmd {
        let mut command = Cmd::with_capacity(self.lengths.len(), self.bytes.len());
        let mut rest = &*self.bytes;
        for length in &self.lengths {
            let (part, behind) = rest.split_at(*length);
            command.arg(part);
            rest = behind;
        }
        command
    }
}

/// All that was said while verifications were started and then checked a few times.
///
/// Said again to a server that holds nothing, it has the same effect, since versions and times are part of what was said.
pub(crate) struct Tape {
    starts: Arc<[Operation]>,
    checks: Vec<Arc<[Operation]>>,
    /// What the server then holds.
    digest: String,
}

impl Tape {
    /// Starts so many verifications and checks each of them so often, one after the other, so that it is seen which
    /// commands belong to which operation.
    pub(crate) async fn record(server: &Server, live: usize, passes: usize) -> Self {
        // Whoever comes first brings the scripts along.
        let first = Deployment::on(server, 1).await;
        first.clone().start(0).await;
        first.check(0).await;
        gauges::empty(server);
        let wire = Wire::to(&server.url());
        let deployment = Deployment::over(RedisStore::builder(wire.url()), &[], live).await;
        wire.take();
        let mut starts = Vec::with_capacity(live);
        for n in 0..live {
            deployment.clone().start(n).await;
            starts.push(wire.take());
        }
        let mut checks = Vec::with_capacity(passes);
        for _ in 0..passes {
            let mut pass = Vec::with_capacity(live);
            for n in 0..live {
                deployment.clone().check(n).await;
                pass.push(wire.take());
            }
            checks.push(pass.into());
        }
        Self { starts: starts.into(), checks, digest: gauges::digest(server) }
    }

    /// How many commands a start takes, and how many a check.
    pub(crate) fn commands(&self) -> [usize; 2] {
        [self.starts.first(), self.checks.iter().flat_map(|pass| pass.first()).next()]
            .map(|operation| operation.map_or(0, |operation| operation.len()))
    }

    /// Says it all again: gives the crowd of the starts, and one for each pass of checks.
    pub(crate) async fn play(&self, server: &Server) -> (Crowd, Vec<Crowd>) {
        let servers = [server.url()];
        let client = Client::open(server.url()).expect("a URL");
        // As long as the store waits by default.
        let patience = Some(Duration::from_secs(2));
        let settings = AsyncConnectionConfig::new().set_connection_timeout(patience).set_response_timeout(patience);
        let connection = client.get_multiplexed_async_connection_with_config(&settings).await.expect("it runs");
        let starts = say(&servers, &connection, &self.starts).await;
        let mut checks = Vec::with_capacity(self.checks.len());
        for pass in &self.checks {
            checks.push(say(&servers, &connection, pass).await);
        }
        assert_eq!(gauges::digest(server), self.digest, "it did not do the same again");
        (starts, checks)
    }
}

async fn say(servers: &[String], connection: &MultiplexedConnection, operations: &Arc<[Operation]>) -> Crowd {
    let (connection, count, operations) = (connection.clone(), operations.len(), operations.clone());
    let work = move |n: usize| {
        let (mut connection, operations) = (connection.clone(), operations.clone());
        async move { say_one(&mut connection, &operations[n]).await }
    };
    Crowd::at_work(servers, CALLERS, count, work).await
}

/// Says all of one operation.
pub(crate) async fn say_one(connection: &mut MultiplexedConnection, operation: &Operation) {
    for said in operation {
        let answer = connection.req_packed_command(&said.command()).await.and_then(Value::extract_error);
        answer.expect("it was accepted before");
    }
}

/// Forwards between a client and its server, and keeps what the client says.
pub(crate) struct Wire {
    port: u16,
    said: Arc<Mutex<Vec<u8>>>,
}

impl Wire {
    pub(crate) fn to(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let said = Arc::<Mutex<Vec<u8>>>::default();
        let (keep, server) = (said.clone(), gauges::port(url));
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let far = TcpStream::connect(("127.0.0.1", server)).expect("it runs");
                let [back, forth] = [&near, &far].map(|socket| {
                    socket.set_nodelay(true).expect("a socket");
                    socket.try_clone().expect("a socket")
                });
                let keep = keep.clone();
                std::thread::spawn(move || forward(near, forth, |bytes| lock(&keep).extend_from_slice(bytes)));
                std::thread::spawn(move || forward(far, back, |_| ()));
            }
        });
        Self { port, said }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// What was said since it was asked last. Nobody may be speaking just now.
    pub(crate) fn take(&self) -> Operation {
        let said = std::mem::take(&mut *lock(&self.said));
        let mut rest = said.as_slice();
        let mut commands = Vec::new();
        while !rest.is_empty() {
            let parts = number(&mut rest, b'*');
            let parts: Vec<_> = (0..parts).map(|_| part(&mut rest)).collect();
            let lengths = parts.iter().map(|part| part.len()).collect();
            commands.push(Said { bytes: parts.concat().into(), lengths });
        }
        commands.into()
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, mut keep: impl FnMut(&[u8])) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        keep(&bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            return;
        }
    }
}

/// A string with its length before it.
fn part<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let length = number(rest, b'$');
    let (part, behind) = rest.split_at(length);
    *rest = behind.strip_prefix(b"\r\n").expect("an end of line");
    part
}

/// A line of a sign and a number.
fn number(rest: &mut &[u8], sign: u8) -> usize {
    let end = rest.iter().position(|byte| *byte == b'\r').expect("a line");
    let digits = rest[..end].strip_prefix(&[sign]).expect("commands are arrays of strings");
    *rest = &rest[end + 2..];
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).expect("a number")
}

fn lock(said: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    said.lock().unwrap_or_else(PoisonError::into_inner)
}
