//! The scripts that run inside Redis: constants, never built from data.

use std::sync::LazyLock;

use redis::{Cmd, Script};

/// A script with the hash that Redis calls it by.
pub(crate) struct Constant {
    body: &'static str,
    script: LazyLock<Script>,
}

macro_rules! constant {
    ($name:ident, $file:literal) => {
        pub(crate) static $name: Constant = Constant {
            body: include_str!(concat!("scripts/", $file)),
            script: LazyLock::new(|| Script::new(include_str!(concat!("scripts/", $file)))),
        };
    };
}

constant!(INSERT, "insert.lua");
constant!(UPDATE, "update.lua");
constant!(DELETE, "delete.lua");
constant!(SWEEP, "sweep.lua");
constant!(OPEN, "open.lua");
constant!(NAME, "name.lua");
constant!(KEEP_RESPONSE, "keep_response.lua");
constant!(RELEASE_CLAIM, "release_claim.lua");

impl Constant {
    /// The call of a server that has the script.
    pub(crate) fn by_hash(&self, keys: &[&[u8]], args: &[&[u8]]) -> Cmd {
        self.call("EVALSHA", self.script.get_hash(), keys, args)
    }

    /// The call that brings the script along, for a server that lost it or never had it.
    pub(crate) fn by_body(&self, keys: &[&[u8]], args: &[&[u8]]) -> Cmd {
        self.call("EVAL", self.body, keys, args)
    }

    fn call(&self, verb: &str, name: &str, keys: &[&[u8]], args: &[&[u8]]) -> Cmd {
        let bytes = verb.len() + name.len() + 8 + keys.iter().chain(args).map(|part| part.len()).sum::<usize>();
        let mut call = Cmd::with_capacity(3 + keys.len() + args.len(), bytes);
        call.arg(verb).arg(name).arg(keys.len());
        for part in keys.iter().chain(args) {
            call.arg(*part);
        }
        call
    }
}
