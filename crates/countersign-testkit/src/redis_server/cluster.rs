use std::fmt;
use std::time::Duration;

use redis::{Connection, cmd};

use super::{LOOKS, PAUSE, Server};

/// Three masters that share the slots, each with as many replicas.
pub struct Cluster {
    masters: Vec<Server>,
    replicas: Vec<Server>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster").field("masters", &self.masters).field("replicas", &self.replicas).finish()
    }
}

impl Cluster {
    /// Starts three masters without replicas, and waits until they are one cluster.
    ///
    /// # Panics
    /// As [`Server::start`], and when the cluster does not form.
    #[must_use]
    pub fn start() -> Self {
        Self::with_replicas(0)
    }

    /// Starts three masters with that many replicas each.
    #[must_use]
    pub fn with_replicas(each: usize) -> Self {
        Self::with_settings(each, &["--cluster-node-timeout", "5000"])
    }

    /// Starts three masters with that many replicas each, and with those settings for every server:
    /// `&["--cluster-node-timeout", "1000"]`.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    #[must_use]
    pub fn with_settings(each: usize, settings: &[&str]) -> Self {
        let all = ["--cluster-enabled", "yes", "--repl-diskless-sync-delay", "0"];
        let settings = [&all, settings].concat();
        let start = || Server::start(&settings);
        let masters: Vec<_> = (0..3).map(|_| start()).collect();
        let replicas: Vec<_> = (0..3 * each).map(|_| start()).collect();
        let ranges = [(0, 5460), (5461, 10922), (10923, 16383)];
        for (server, (first, last)) in masters.iter().zip(ranges) {
            let mut connection = server.connection();
            cmd("CLUSTER").arg("ADDSLOTSRANGE").arg(first).arg(last).exec(&mut connection).expect("free slots");
            for other in masters.iter().chain(&replicas) {
                let mut meet = cmd("CLUSTER");
                meet.arg("MEET").arg("127.0.0.1").arg(other.port()).exec(&mut connection).expect("they meet");
            }
        }
        let all = format!("cluster_known_nodes:{}\r", masters.len() + replicas.len());
        for server in masters.iter().chain(&replicas) {
            let knows_all = |info: &str| info.contains(&all);
            until(&mut server.connection(), &["CLUSTER", "INFO"], knows_all, "the nodes do not know each other");
        }
        for (place, replica) in replicas.iter().enumerate() {
            let mut follow = cmd("CLUSTER");
            follow.arg("REPLICATE").arg(id(&masters[place % 3]));
            follow.exec(&mut replica.connection()).expect("it follows");
        }
        for server in masters.iter().chain(&replicas) {
            let ok = |info: &str| info.contains("cluster_state:ok");
            until(&mut server.connection(), &["CLUSTER", "INFO"], ok, "the cluster did not form");
        }
        for master in &masters {
            let followed = |info: &str| info.matches("state=online").count() == each;
            until(&mut master.connection(), &["INFO", "replication"], followed, "the replicas are not up to date");
        }
        Self { masters, replicas }
    }

    /// Returns the masters' URLs.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        self.masters.iter().map(Server::url).collect()
    }

    /// Returns the masters.
    #[must_use]
    pub fn masters(&self) -> &[Server] {
        &self.masters
    }

    /// Ends the first master as `kill -9` does.
    pub fn kill_a_master(&mut self) {
        self.kill(0);
    }

    /// Ends the master in that place as `kill -9` does.
    pub fn kill(&mut self, place: usize) {
        self.masters[place].kill();
    }

    /// Returns whether other servers than the first master serve all slots, and the cluster is ok.
    ///
    /// # Panics
    /// When the second master does not answer.
    #[must_use]
    pub fn does_without_the_first(&self) -> bool {
        let mut connection = self.masters[1].connection();
        let info: String = cmd("CLUSTER").arg("INFO").query(&mut connection).expect("it answers");
        let nodes: String = cmd("CLUSTER").arg("NODES").query(&mut connection).expect("it answers");
        let first = format!(":{}@", self.masters[0].port());
        // Behind the eighth field are the slots that a node serves.
        let serves = |line: &str| line.split(' ').nth(8).is_some_and(|slots| !slots.is_empty());
        info.contains("cluster_state:ok") && !nodes.lines().any(|line| line.contains(&first) && serves(line))
    }

    /// Returns the first replica of the master in that place.
    #[must_use]
    pub fn replica(&self, place: usize) -> &Server {
        &self.replicas[place]
    }

    /// Moves each slot that has keys to the next master, a few keys at a time.
    pub fn move_all_to_the_next(&self) {
        let ids: Vec<_> = self.masters.iter().map(id).collect();
        let moves: Vec<_> =
            (0..3).flat_map(|place| slots_with_keys(&self.masters[place]).map(move |slot| (place, slot))).collect();
        for (place, slot) in moves {
            let target = (place + 1) % 3;
            let (mut from, mut to) = (self.masters[place].connection(), self.masters[target].connection());
            let set = |connection: &mut Connection, state: &str, id: &str| {
                cmd("CLUSTER").arg("SETSLOT").arg(slot).arg(state).arg(id).exec(connection).expect("the slot's state");
            };
            set(&mut to, "IMPORTING", &ids[place]);
            set(&mut from, "MIGRATING", &ids[target]);
            loop {
                let mut few = cmd("CLUSTER");
                few.arg("GETKEYSINSLOT").arg(slot).arg(2);
                let keys: Vec<Vec<u8>> = few.query(&mut from).expect("its keys");
                if keys.is_empty() {
                    break;
                }
                let mut migrate = cmd("MIGRATE");
                migrate
                    .arg("127.0.0.1")
                    .arg(self.masters[target].port())
                    .arg("")
                    .arg(0)
                    .arg(5_000)
                    .arg("KEYS")
                    .arg(keys);
                migrate.exec(&mut from).expect("they move");
                // Time for a client to meet the slot as it is now.
                std::thread::sleep(Duration::from_millis(5));
            }
            set(&mut to, "NODE", &ids[target]);
            set(&mut from, "NODE", &ids[target]);
        }
    }

    /// Returns how often the masters answered with that error: `MOVED`, `ASK`.
    #[must_use]
    pub fn told(&self, error: &str) -> u64 {
        let told = |server: &Server| {
            let info: String = cmd("INFO").arg("errorstats").query(&mut server.connection()).expect("it answers");
            let line =
                info.lines().find_map(|line| line.strip_prefix(&format!("errorstat_{error}:count="))?.parse().ok());
            line.unwrap_or(0_u64)
        };
        self.masters.iter().map(told).sum()
    }
}

fn id(server: &Server) -> String {
    cmd("CLUSTER").arg("MYID").query(&mut server.connection()).expect("its name")
}

fn slots_with_keys(server: &Server) -> impl Iterator<Item = u16> + use<> {
    let mut connection = server.connection();
    let keys: Vec<Vec<u8>> = cmd("KEYS").arg("*").query(&mut connection).expect("its keys");
    let slots: std::collections::BTreeSet<u16> =
        keys.iter().map(|key| cmd("CLUSTER").arg("KEYSLOT").arg(key).query(&mut connection).expect("a slot")).collect();
    slots.into_iter()
}

fn until(connection: &mut Connection, question: &[&str], right: impl Fn(&str) -> bool, complaint: &str) {
    let came = (0..LOOKS).any(|_| {
        std::thread::sleep(PAUSE);
        let mut ask = cmd(question[0]);
        ask.arg(&question[1..]);
        right(&ask.query::<String>(connection).expect("it answers"))
    });
    assert!(came, "{complaint}");
}
