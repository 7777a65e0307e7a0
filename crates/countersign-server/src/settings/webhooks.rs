use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::Uri;
use countersign::{ReportScope, Webhook};
use countersign_bird::webhook::{BirdWebhook, SigningKeys};

use super::reader::{Item, Section};
use super::workspaces::Workspaces;

/// A webhook, where it arrives, and whose verifications its reports may change.
#[derive(Debug)]
pub(crate) struct WebhookSettings {
    pub(crate) path: String,
    pub(crate) webhook: Arc<dyn Webhook>,
    pub(crate) scope: ReportScope,
}

/// Reads `[[webhooks]]`: where Bird reports what became of messages.
pub(super) fn read(file: &mut Section<'_>, workspaces: &Workspaces) -> Vec<WebhookSettings> {
    let mut paths = BTreeSet::new();
    file.sections("webhooks").into_iter().filter_map(|section| read_one(section, workspaces, &mut paths)).collect()
}

fn read_one(
    mut section: Section<'_>,
    workspaces: &Workspaces,
    paths: &mut BTreeSet<String>,
) -> Option<WebhookSettings> {
    let path = section.require("path", "write its path, as in \"/webhooks/bird\"").and_then(|item| path(&item, paths));
    let url = section.require("public-url", "write the URL exactly as configured at Bird").and_then(|item| url(&item));
    let keys = section.require("signing-keys", "write a list with \"env:NAME\" or \"file:PATH\"");
    let keys = keys.and_then(|item| signing_keys(&item));
    let scope =
        section.require("scope", "write the id of a workspace, or \"all\"").and_then(|item| scope(&item, workspaces));
    section.finish();
    Some(WebhookSettings { path: path?, webhook: Arc::new(BirdWebhook::new(keys?, url?)), scope: scope? })
}

fn path(item: &Item<'_>, paths: &mut BTreeSet<String>) -> Option<String> {
    let text = item.text()?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let rest = text.strip_prefix("/webhooks/");
    if !rest.is_some_and(|rest| (1..=128).contains(&rest.len()) && rest.bytes().all(allowed)) {
        return item.fault("write a path like /webhooks/bird: /webhooks/, then letters, digits and - _ . /");
    }
    if !paths.insert(text.to_owned()) {
        return item.fault("another webhook has this path: use a different one");
    }
    Some(text.to_owned())
}

fn url(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    let sound = text.parse::<Uri>().is_ok_and(|uri| matches!(uri.scheme_str(), Some("https" | "http")));
    if sound && !text.contains('@') {
        Some(text.to_owned())
    } else {
        item.fault("write the URL exactly as configured at Bird, as in https://codes.example/webhooks/bird")
    }
}

fn signing_keys(item: &Item<'_>) -> Option<SigningKeys> {
    let secrets = item.each(|item| Some((item.clone(), item.secret()?)))?;
    let mut keys: Option<SigningKeys> = None;
    for (item, secret) in secrets {
        let more = match keys {
            None => SigningKeys::new(secret.expose()),
            Some(keys) => keys.with_key(secret.expose()),
        };
        keys = Some(more.map_err(|error| item.fault::<()>(error)).ok()?);
    }
    keys.or_else(|| item.fault("webhooks cannot be verified without a key: list at least one"))
}

fn scope(item: &Item<'_>, workspaces: &Workspaces) -> Option<ReportScope> {
    if item.text()? == "all" {
        return Some(ReportScope::AllWorkspaces);
    }
    let id = item.parsed()?;
    if workspaces.ids.contains(&id) {
        Some(ReportScope::Workspace(id))
    } else {
        item.fault("no such workspace: name one of this file, or \"all\"")
    }
}
