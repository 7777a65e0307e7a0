//! What servers say of themselves, and what is asked of them besides verifications.

use std::time::Duration;

use redis::{Client, Connection, cmd};

use crate::servers::Server;

/// Removes everything.
pub(crate) fn empty(server: &Server) {
    cmd("FLUSHALL").exec(&mut connect(&server.url())).expect("it may be emptied");
}

/// A hash of all that a server holds. It must have been started with [`DIGESTS`].
pub(crate) fn digest(server: &Server) -> String {
    cmd("DEBUG").arg("DIGEST").query(&mut connect(&server.url())).expect("it was started for this")
}

/// The settings of a server that tells its digest.
pub(crate) const DIGESTS: [&str; 2] = ["--enable-debug-command", "local"];

/// Bytes that a server's data takes, with all that belongs to it.
pub(crate) fn memory(server: &Server) -> f64 {
    info(&mut connect(&server.url()), "memory", "used_memory")
}

/// Processor time that a server used since it was started, in microseconds.
pub(crate) fn cpu(url: &str) -> f64 {
    let mut connection = connect(url);
    ["used_cpu_user", "used_cpu_sys"].iter().map(|name| 1e6 * info(&mut connection, "cpu", name)).sum()
}

/// The mean length of records, of at most so many looked at by chance. Only records are strings of more than 16 bytes.
pub(crate) fn record_length(server: &Server, looks: usize) -> f64 {
    let mut connection = connect(&server.url());
    let lengths = (0..looks).filter_map(|_| {
        let key: Vec<u8> = cmd("RANDOMKEY").query(&mut connection).expect("it holds something");
        let length: Option<f64> = cmd("STRLEN").arg(key).query(&mut connection).ok();
        length.filter(|length| *length > 16.0)
    });
    let lengths: Vec<_> = lengths.collect();
    lengths.iter().sum::<f64>() / lengths.len() as f64
}

/// Makes a server a whole cluster.
pub(crate) fn give_all_slots(server: &Server) {
    let mut connection = connect(&server.url());
    cmd("CLUSTER").arg("ADDSLOTSRANGE").arg(0).arg(16_383).exec(&mut connection).expect("free slots");
    let formed = (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        let info: String = cmd("CLUSTER").arg("INFO").query(&mut connection).expect("it answers");
        info.contains("cluster_state:ok")
    });
    assert!(formed, "the cluster did not form");
}

/// Makes a server the replica of another.
pub(crate) fn follow(replica: &Server, master: &Server) {
    let mut follow = cmd("REPLICAOF");
    follow.arg("127.0.0.1").arg(port(&master.url())).exec(&mut connect(&replica.url())).expect("it follows");
}

/// The port in a server's URL.
pub(crate) fn port(url: &str) -> u16 {
    let port = url.trim_end_matches('/').rsplit(':').next();
    port.and_then(|port| port.parse().ok()).expect("our servers' URLs end with their port")
}

/// However long it takes: all else on this machine may be busy.
fn connect(url: &str) -> Connection {
    Client::open(url).and_then(|client| client.get_connection()).expect("it runs")
}

fn info(connection: &mut Connection, section: &str, name: &str) -> f64 {
    let text: String = cmd("INFO").arg(section).query(connection).expect("it answers");
    let mut values = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':')?.trim().parse().ok());
    values.next().expect("every version says this")
}
