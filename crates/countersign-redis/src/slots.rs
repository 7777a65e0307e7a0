//! Which slot a key is in, and which server has it.

use std::collections::HashMap;
use std::sync::Arc;

use redis::{Cmd, Value, from_redis_value};

/// The slot of a command's first key: in the third place behind the name of a script, in the first of any other command.
/// None for a command without keys.
pub(crate) fn of_command(cmd: &Cmd) -> Option<u16> {
    let mut parts = cmd.args_iter().map(|part| if let redis::Arg::Simple(bytes) = part { bytes } else { &[] });
    let before = match parts.next()? {
        b"EVAL" | b"EVALSHA" => 2,
        b"INFO" => return None,
        _ => 0,
    };
    parts.nth(before).map(of_key)
}

/// The slot of a key, as Redis Cluster computes it: of what is in its first braces, if anything is.
pub(crate) fn of_key(key: &[u8]) -> u16 {
    let tag = || {
        let (_, behind) = key.split_at_checked(key.iter().position(|byte| *byte == b'{')? + 1)?;
        behind.get(..behind.iter().position(|byte| *byte == b'}')?).filter(|tag| !tag.is_empty())
    };
    let crc = tag().unwrap_or(key).iter().fold(0_u16, |crc, byte| {
        (0..8).fold(
            crc ^ (u16::from(*byte) << 8),
            |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 },
        )
    });
    crc % (1 << 14)
}

/// What a node said of the slots of its cluster, and what redirections said since.
#[derive(Debug, Clone, Default)]
pub(crate) struct SlotMap {
    /// First and last slot, and the address of their master.
    ranges: Vec<(u16, u16, Arc<str>)>,
    moved: HashMap<u16, Arc<str>>,
    /// All addresses: of masters, then of replicas.
    nodes: Vec<Arc<str>>,
}

impl SlotMap {
    /// Reads the reply to `CLUSTER SLOTS`; `host` is that of the node that sent it, which may name itself by nothing.
    ///
    /// None when it has another form, or no slots: that node is in no cluster.
    pub(crate) fn parse(reply: Value, host: &str) -> Option<Self> {
        let Value::Array(ranges) = reply else { return None };
        let mut map = Self::default();
        let mut replicas = Vec::new();
        for range in ranges {
            let Value::Array(range) = range else { return None };
            let mut parts = range.into_iter();
            let first = from_redis_value(parts.next()?).ok()?;
            let last = from_redis_value(parts.next()?).ok()?;
            let mut nodes = parts.map(|node| address(node, host));
            // Of an unknown address: its slots are served by nobody that can be reached.
            if let Some(master) = nodes.next()? {
                map.ranges.push((first, last, master.clone()));
                map.nodes.push(master);
            }
            replicas.extend(nodes.flatten());
        }
        map.nodes.sort_unstable();
        map.nodes.dedup();
        map.nodes.extend(replicas);
        (!map.ranges.is_empty()).then_some(map)
    }

    /// The master of a slot, as far as is known.
    pub(crate) fn master(&self, slot: u16) -> Option<&Arc<str>> {
        self.moved.get(&slot).or_else(|| {
            self.ranges.iter().find(|(first, last, _)| (*first..=*last).contains(&slot)).map(|(_, _, master)| master)
        })
    }

    /// All masters that have slots, each once.
    pub(crate) fn masters(&self) -> Vec<Arc<str>> {
        let mut masters: Vec<_> = self.ranges.iter().map(|(_, _, master)| master.clone()).collect();
        masters.sort_unstable();
        masters.dedup();
        masters
    }

    /// All nodes that were named.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Arc<str>> {
        self.nodes.iter().chain(self.moved.values())
    }

    /// A node said that a slot is elsewhere.
    pub(crate) fn moved(&mut self, slot: u16, master: Arc<str>) {
        self.moved.insert(slot, master);
    }
}

fn address(node: Value, host: &str) -> Option<Arc<str>> {
    let Value::Array(parts) = node else { return None };
    let mut parts = parts.into_iter();
    let name: Option<String> = from_redis_value(parts.next()?).ok()?;
    let port: u16 = from_redis_value(parts.next()?).ok()?;
    match name.as_deref().unwrap_or_default() {
        "?" => None,
        "" => Some(format!("{host}:{port}").into()),
        name => Some(format!("{name}:{port}").into()),
    }
}

#[cfg(test)]
mod tests {
    use redis::cluster_routing::Slot;
    use redis::{Cmd, Value, cmd};

    use super::{SlotMap, of_command, of_key};

    #[test]
    fn keys_are_in_the_slots_that_redis_computes() {
        let keys = ["", "foo", "{cs:1f}due", "cs:m:{}x", "{}{a}", "a{b}c{d}", "{open", "closed}", "}{x}"];
        for key in keys.iter().map(|key| key.as_bytes().to_vec()).chain((0..=255).map(|byte| vec![byte; 3])) {
            assert_eq!(Slot::new(of_key(&key)), Some(Slot::for_key(&key)), "{key:?}");
        }
    }

    #[test]
    fn a_commands_first_key_decides() {
        let slot = |parts: &[&str]| of_command(Cmd::new().arg(parts));
        assert_eq!(slot(&["GET", "foo"]), Some(of_key(b"foo")));
        assert_eq!(slot(&["EVALSHA", "hash", "1", "foo", "bar"]), Some(of_key(b"foo")));
        assert_eq!(slot(&["INFO", "everything"]), None);
        assert_eq!(of_command(&cmd("PING")), None);
    }

    #[test]
    fn a_map_is_read_with_nodes_that_name_themselves_by_nothing_and_with_unknown_ones() {
        let node = |host: &[u8], port| Value::Array(vec![Value::BulkString(host.to_vec()), Value::Int(port)]);
        let range = |first, last, nodes: [Value; 2]| {
            Value::Array([vec![Value::Int(first), Value::Int(last)], nodes.to_vec()].concat())
        };
        let reply = Value::Array(vec![
            range(0, 99, [node(b"", 1), node(b"b.example", 2)]),
            range(100, 199, [node(b"?", 3), node(b"d.example", 4)]),
        ]);
        let mut map = SlotMap::parse(reply, "a.example").unwrap();
        let master = |map: &SlotMap, slot| map.master(slot).map(ToString::to_string);
        assert_eq!(master(&map, 99).as_deref(), Some("a.example:1"));
        assert_eq!(master(&map, 100), None);
        assert_eq!(
            map.nodes().map(ToString::to_string).collect::<Vec<_>>(),
            ["a.example:1", "b.example:2", "d.example:4"]
        );
        map.moved(100, "d.example:4".into());
        assert_eq!(master(&map, 100).as_deref(), Some("d.example:4"));
        assert!(SlotMap::parse(Value::Array(Vec::new()), "a.example").is_none());
        assert!(SlotMap::parse(Value::Okay, "a.example").is_none());
    }
}
