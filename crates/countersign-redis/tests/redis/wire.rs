use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use redis::cmd;

use super::{Server, catch_up};

/// Forwards between a server and whoever connects, well or badly.
pub(crate) struct Wire {
    port: u16,
    mood: Arc<Mood>,
}

#[derive(Default)]
struct Mood {
    cut: AtomicBool,
    /// The answer of that number from now is lost, and the connection with it; none when it is zero.
    loses: AtomicUsize,
    /// Of so many pieces of answers one is lost, and the connection with it; none when it is zero.
    one_in: AtomicUsize,
    heard: AtomicUsize,
    /// Milliseconds by which answers are late.
    late: AtomicU64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    There,
    Back,
}

impl Wire {
    pub(crate) fn to(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let mood = Arc::new(Mood::default());
        let (moods, master) = (mood.clone(), server.port());
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                // A server that is gone for now: so is this connection.
                let Ok(far) = TcpStream::connect(("127.0.0.1", master)) else { continue };
                for (from, to, way) in [(&near, &far, Way::There), (&far, &near, Way::Back)] {
                    let (from, to) = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
                    let mood = moods.clone();
                    std::thread::spawn(move || forward(from, to, way, &mood));
                }
            }
        });
        Self { port, mood }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// From now on both ends stay connected, and nothing passes any more.
    ///
    /// A replica that is merely stopped would not do: what was sent to it waits in its socket, and is there when it goes on.
    pub(crate) fn cut(&self) {
        self.mood.cut.store(true, Ordering::SeqCst);
    }

    /// The server hears the command of that number from now and does it, and the connection breaks before anybody has the
    /// answer.
    pub(crate) fn lose_answer(&self, number: usize) {
        self.mood.loses.store(number, Ordering::SeqCst);
    }

    /// The same again and again, once in so many answers.
    pub(crate) fn lose_one_answer_in(&self, answers: usize) {
        self.mood.one_in.store(answers, Ordering::SeqCst);
    }

    /// Answers come later by so much.
    pub(crate) fn be_late_by(&self, late: Duration) {
        self.mood.late.store(u64::try_from(late.as_millis()).expect("not that late"), Ordering::SeqCst);
    }

    /// Makes a server the replica of the one at the other end, and waits until it is up to date.
    pub(crate) fn follow(&self, replica: &Server, master: &Server) {
        let mut connection = replica.connection();
        cmd("REPLICAOF").arg("127.0.0.1").arg(self.port).exec(&mut connection).expect("it follows");
        catch_up(replica, master);
    }
}

impl Mood {
    fn loses_this(&self) -> bool {
        let one_in = self.one_in.load(Ordering::SeqCst);
        let nth = self.heard.fetch_add(1, Ordering::SeqCst) + 1;
        let planned = self.loses.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |loses| loses.checked_sub(1));
        planned == Ok(1) || (one_in > 0 && nth.is_multiple_of(one_in))
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, way: Way, mood: &Mood) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if mood.cut.load(Ordering::SeqCst) {
            // The sockets stay open until the test ends.
            loop {
                std::thread::park();
            }
        }
        if way == Way::Back {
            std::thread::sleep(Duration::from_millis(mood.late.load(Ordering::SeqCst)));
            if mood.loses_this() {
                break;
            }
        }
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
