//! Which slot a command is for, and which server has it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use redis::cluster_routing::Slot;
use redis::{Cmd, Value, from_redis_value};

/// The slot of a command's first key: in the third place behind the name of a script, in the first of any other command.
/// None for a command without keys.
pub(crate) fn of_command(cmd: &Cmd) -> Option<Slot> {
    let mut parts = cmd.args_iter().map(|part| if let redis::Arg::Simple(bytes) = part { bytes } else { &[] });
    let before = match parts.next()? {
        b"EVAL" | b"EVALSHA" => 2,
        b"INFO" => return None,
        _ => 0,
    };
    parts.nth(before).map(Slot::for_key)
}

/// What a node said of the slots of its cluster, and what redirections said since.
#[derive(Debug, Clone, Default)]
pub(crate) struct SlotMap {
    masters: HashMap<Slot, Arc<str>>,
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
            let first: u16 = from_redis_value(parts.next()?).ok()?;
            let last: u16 = from_redis_value(parts.next()?).ok()?;
            let mut nodes = parts.map(|node| address(node, host));
            // A master of an unknown address cannot be reached.
            if let Some(master) = nodes.next()? {
                map.masters.extend((first..=last).filter_map(Slot::new).map(|slot| (slot, master.clone())));
                map.nodes.push(master);
            }
            replicas.extend(nodes.flatten());
        }
        map.nodes.sort_unstable();
        map.nodes.dedup();
        map.nodes.extend(replicas);
        (!map.masters.is_empty()).then_some(map)
    }

    /// The master of a slot, as far as is known.
    pub(crate) fn master(&self, slot: Slot) -> Option<&Arc<str>> {
        self.masters.get(&slot)
    }

    /// All masters that have slots, each once.
    pub(crate) fn masters(&self) -> HashSet<Arc<str>> {
        self.masters.values().cloned().collect()
    }

    /// All nodes that were named.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Arc<str>> {
        self.nodes.iter()
    }

    /// Notes that a node redirected from a slot to another node.
    pub(crate) fn moved(&mut self, slot: Slot, master: Arc<str>) {
        if !self.nodes.contains(&master) {
            self.nodes.push(master.clone());
        }
        self.masters.insert(slot, master);
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

    use super::{SlotMap, of_command};

    #[test]
    fn a_commands_first_key_decides() {
        let slot = |parts: &[&str]| of_command(Cmd::new().arg(parts));
        assert_eq!(slot(&["GET", "foo"]), Some(Slot::for_key("foo")));
        assert_eq!(slot(&["EVALSHA", "hash", "1", "foo", "bar"]), Some(Slot::for_key("foo")));
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
        let master = |map: &SlotMap, slot| map.master(Slot::new(slot).unwrap()).map(ToString::to_string);
        assert_eq!(master(&map, 99).as_deref(), Some("a.example:1"));
        assert_eq!(master(&map, 100), None);
        assert_eq!(
            map.nodes().map(ToString::to_string).collect::<Vec<_>>(),
            ["a.example:1", "b.example:2", "d.example:4"]
        );
        map.moved(Slot::new(100).unwrap(), "d.example:4".into());
        assert_eq!(master(&map, 100).as_deref(), Some("d.example:4"));
        assert!(SlotMap::parse(Value::Array(Vec::new()), "a.example").is_none());
        assert!(SlotMap::parse(Value::Okay, "a.example").is_none());
    }
}
