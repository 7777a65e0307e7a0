use std::collections::BTreeSet;
use std::net::IpAddr;

use countersign::WorkspaceId;
use countersign_http::{AccessKeyHash, AccessKeys};

use super::reader::{Item, Section};
use crate::dev::DEVELOPMENT_KEY;

/// Whose verifications are served, and who may call for them.
#[derive(Debug, Default)]
pub(crate) struct Workspaces {
    pub(crate) ids: BTreeSet<WorkspaceId>,
    pub(crate) keys: AccessKeys,
}

/// How to come by a key.
const MAKE_ONE: &str = "`countersign-server key` makes one and its hash";

impl Workspaces {
    pub(super) fn read(file: &mut Section<'_>, listens: Option<IpAddr>) -> Self {
        let sections = file.sections("workspaces");
        if sections.is_empty() {
            file.fault(format_args!("workspaces are missing: write [[workspaces]] with an id and keys; {MAKE_ONE}"));
        }
        let (mut workspaces, mut known) = (Self::default(), Vec::new());
        for mut section in sections {
            let id = section.require("id", "write a UUID").and_then(|item| {
                let id = item.parsed()?;
                if workspaces.ids.insert(id) {
                    Some(id)
                } else {
                    item.fault("another workspace has this id: use a different one")
                }
            });
            // For people who read the file.
            section.get("name").and_then(|item| item.text());
            let keys = section.require("keys", format_args!("write a list of hashes; {MAKE_ONE}"));
            let items = keys.as_ref().map(Item::list).unwrap_or_default();
            if items.is_empty()
                && let Some(keys) = keys.filter(Item::is_list)
            {
                keys.fault::<()>(format_args!(
                    "no key is listed, so no caller is admitted: list at least one; {MAKE_ONE}"
                ));
            }
            for item in items {
                let Some(hash) = read_key(&item, listens) else { continue };
                if known.contains(&hash) {
                    item.fault::<()>("another caller has this key: use a different one");
                    continue;
                }
                known.push(hash);
                if let Some(id) = id {
                    workspaces.keys = workspaces.keys.with_key(id, hash);
                }
            }
            section.finish();
        }
        workspaces
    }
}

fn read_key(item: &Item<'_>, listens: Option<IpAddr>) -> Option<AccessKeyHash> {
    let hash = item.text()?.parse().map_err(|error| item.fault::<()>(format_args!("{error}; {MAKE_ONE}"))).ok()?;
    // An address that is not known yet may be any.
    let on_this_machine = listens.is_some_and(|address| address.is_loopback());
    if !on_this_machine && AccessKeyHash::new(DEVELOPMENT_KEY).is_ok_and(|known| known == hash) {
        let sentence = "this is the public development key: use it only on a server that listens on 127.0.0.1 or [::1]";
        return item.fault(format_args!("{sentence}; {MAKE_ONE}"));
    }
    Some(hash)
}
