use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::cmd;

use super::{Server, catch_up};

/// A connection to a server that can be broken: forwards between the server and whatever connects to the wire.
///
/// A client that has one command under way at a time sends each of them in one piece and gets its answer in one piece: what
/// is counted here are such pieces, those that a client sends when it connects among them.
#[derive(Debug)]
pub struct Wire {
    port: u16,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Nothing passes, in either direction.
    cut: AtomicBool,
    /// No answer passes.
    mute: AtomicBool,
    refuses: AtomicBool,
    there: Pieces,
    back: Pieces,
    /// Of so many answers one is lost, and the connection with it; none when it is zero.
    one_in: AtomicUsize,
    answers: AtomicUsize,
    /// Milliseconds by which answers are late.
    late: AtomicU64,
    connections: Mutex<Vec<[TcpStream; 2]>>,
}

/// The pieces in one direction.
#[derive(Debug, Default)]
struct Pieces {
    /// The piece of that number from now is lost, and the connection with it; none when it is zero.
    lost: AtomicUsize,
    /// What the loss leaves behind is that no connection can be made.
    then_refuse: AtomicBool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    There,
    Back,
}

impl Wire {
    /// Opens a wire to a server.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn to(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let state = Arc::new(State::default());
        let (shared, master) = (state.clone(), server.port());
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                if shared.refuses.load(Ordering::SeqCst) {
                    continue;
                }
                // A server that is gone for now: so is this connection.
                let Ok(far) = TcpStream::connect(("127.0.0.1", master)) else { continue };
                for (from, to, way) in [(&near, &far, Way::There), (&far, &near, Way::Back)] {
                    let (from, to) = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
                    let state = shared.clone();
                    std::thread::spawn(move || forward(from, to, way, &state));
                }
                shared.connections().push([near, far]);
                if shared.refuses.load(Ordering::SeqCst) {
                    shared.disconnect();
                }
            }
        });
        Self { port, state }
    }

    /// Returns the URL of its near end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Returns the port of its near end.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Lets nothing pass from now on, while both ends stay connected, until [`restore`](Self::restore).
    ///
    /// A replica that is merely stopped would not do: what was sent to it waits in its socket, and is there when it goes on.
    pub fn cut(&self) {
        self.state.cut.store(true, Ordering::SeqCst);
    }

    /// Lets no answer pass from now on, while commands arrive and both ends stay connected, until
    /// [`restore`](Self::restore).
    pub fn mute(&self) {
        self.state.mute.store(true, Ordering::SeqCst);
    }

    /// Breaks all connections, and each new one at once, until [`restore`](Self::restore).
    pub fn refuse(&self) {
        self.state.refuse();
    }

    /// Breaks the connection in front of the command of that number from now, from 1: the server does not get it.
    pub fn lose_request(&self, number: usize) {
        self.state.there.lose(number, false);
    }

    /// Breaks the connection in front of the answer of that number from now, from 1: the server has carried the command
    /// out.
    pub fn lose_answer(&self, number: usize) {
        self.state.back.lose(number, false);
    }

    /// Loses that command as [`lose_request`](Self::lose_request) does, and refuses connections from then on.
    pub fn lose_request_and_refuse(&self, number: usize) {
        self.state.there.lose(number, true);
    }

    /// Loses that answer as [`lose_answer`](Self::lose_answer) does, and refuses connections from then on.
    pub fn lose_answer_and_refuse(&self, number: usize) {
        self.state.back.lose(number, true);
    }

    /// Loses one answer of that many, again and again, and the connection with it.
    pub fn lose_one_answer_in(&self, answers: usize) {
        self.state.one_in.store(answers, Ordering::SeqCst);
    }

    /// Makes answers come later by that time.
    pub fn be_late_by(&self, late: Duration) {
        self.state.late.store(u64::try_from(late.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// Plans no fault any more, and breaks the connections over which nothing passes: new ones are as good as any.
    pub fn restore(&self) {
        let state = &self.state;
        state.there.lose(0, false);
        state.back.lose(0, false);
        state.one_in.store(0, Ordering::SeqCst);
        state.late.store(0, Ordering::SeqCst);
        let (cut, mute) = (state.cut.swap(false, Ordering::SeqCst), state.mute.swap(false, Ordering::SeqCst));
        if cut || mute {
            state.disconnect();
        }
        state.refuses.store(false, Ordering::SeqCst);
    }

    /// Makes a server the replica of the one at the other end, and waits until it is up to date.
    ///
    /// # Panics
    /// When that takes longer than a minute.
    pub fn follow(&self, replica: &Server, master: &Server) {
        let mut connection = replica.connection();
        cmd("REPLICAOF").arg("127.0.0.1").arg(self.port).exec(&mut connection).expect("it follows");
        catch_up(replica, master);
    }
}

impl Pieces {
    fn lose(&self, number: usize, then_refuse: bool) {
        self.then_refuse.store(then_refuse, Ordering::SeqCst);
        self.lost.store(number, Ordering::SeqCst);
    }

    /// Counts a piece, and says whether it is the one that is lost.
    fn loses_this(&self) -> bool {
        let left = self.lost.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left == Ok(1)
    }
}

impl State {
    fn connections(&self) -> std::sync::MutexGuard<'_, Vec<[TcpStream; 2]>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refuse(&self) {
        self.refuses.store(true, Ordering::SeqCst);
        self.disconnect();
    }

    fn disconnect(&self) {
        for connection in self.connections().drain(..) {
            for end in connection {
                // It may be gone already.
                let _ = end.shutdown(Shutdown::Both);
            }
        }
    }

    /// Whether this piece is lost, and the connection with it.
    fn loses(&self, way: Way) -> bool {
        let (pieces, again) = match way {
            Way::There => (&self.there, false),
            Way::Back => {
                let one_in = self.one_in.load(Ordering::SeqCst);
                let nth = self.answers.fetch_add(1, Ordering::SeqCst) + 1;
                (&self.back, one_in > 0 && nth.is_multiple_of(one_in))
            }
        };
        let planned = pieces.loses_this();
        if planned && pieces.then_refuse.load(Ordering::SeqCst) {
            self.refuse();
        }
        planned || again
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, way: Way, state: &State) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let mute = way == Way::Back && state.mute.load(Ordering::SeqCst);
        if mute || state.cut.load(Ordering::SeqCst) {
            // The sockets stay open until the wire is restored, or the test ends.
            continue;
        }
        if way == Way::Back {
            std::thread::sleep(Duration::from_millis(state.late.load(Ordering::SeqCst)));
        }
        if state.loses(way) || to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
