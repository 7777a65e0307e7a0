//! A server with settings of its own, and calls for it.

use std::path::PathBuf;

use countersign_http::AccessKeyHash;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http::{Client, HttpReply};
use crate::process::Server;

pub(crate) const KEY: &str = "csk_a3c1f7e9b2d4680517c9e3fb8d6a2c40";
pub(crate) const WORKSPACE: &str = "a0a6d7d3-6f3c-4c9c-9f3a-0d5a2f8b7c11";
pub(crate) const CHANNEL: &str = "5f9c2a57-3f5b-4a53-9f0c-0d4c8b5f1a03";

/// A file of settings, in a folder that goes with it.
pub(crate) struct File {
    folder: TempDir,
}

impl File {
    pub(crate) fn new(text: &str) -> Self {
        let file = Self { folder: TempDir::new().expect("a folder") };
        std::fs::write(file.path(), text).expect("it can be written");
        file
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("countersign.toml")
    }

    /// Puts another file beside it.
    pub(crate) fn beside(&self, name: &str, content: &str) {
        std::fs::write(self.folder.path().join(name), content).expect("it can be written");
    }
}

pub(crate) fn hash() -> String {
    AccessKeyHash::new(KEY).expect("a sound key").to_string()
}

/// Settings that send emails by a server on that port; `top` comes first, `more` last.
pub(crate) fn settings(top: &str, mail_port: u16, more: &str) -> String {
    let hash = hash();
    format!(
        r#"listen = "127.0.0.1:0"
{top}

[messages]
brand = "Acme"

[[workspaces]]
id = "{WORKSPACE}"
keys = ["{hash}"]

[transports.mail]
kind = "smtp"
host = "127.0.0.1"
port = {mail_port}
tls = "none"
sender = "Acme <codes@acme.example>"

[[channels]]
id = "{CHANNEL}"
platform = "email"
transport = "mail"

{more}
"#
    )
}

/// Calls for the workspace.
pub(crate) struct Caller(Client);

impl Caller {
    pub(crate) fn of(server: &Server) -> Self {
        Self(server.client().with_key(KEY))
    }

    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        Self(self.0.with(name, value))
    }

    /// Starts a verification by email.
    pub(crate) fn start(&self, to: &str) -> HttpReply {
        self.start_by(CHANNEL, to)
    }

    pub(crate) fn start_by(&self, channel: &str, to: &str) -> HttpReply {
        let kind = if to.starts_with('+') { "phonenumber" } else { "emailaddress" };
        let body = json!({ "identifier": { kind: to }, "steps": [{ "channelId": channel }], "locale": "en" });
        self.0.post(&format!("/workspaces/{WORKSPACE}/verify"), &body)
    }

    pub(crate) fn resend(&self, verification: &Value) -> HttpReply {
        self.0.post(&format!("{}/resend", path(verification)), &json!({}))
    }

    pub(crate) fn check(&self, verification: &Value, code: &str) -> HttpReply {
        self.0.post(&path(verification), &json!({ "code": code }))
    }

    pub(crate) fn get(&self, verification: &Value) -> HttpReply {
        self.0.get(&path(verification))
    }
}

fn path(verification: &Value) -> String {
    format!("/workspaces/{WORKSPACE}/verify/{}", verification["id"].as_str().expect("an id"))
}

/// The code that stands alone on a line of a message.
pub(crate) fn code_in(message: &str) -> String {
    let code = message.lines().find(|line| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit()));
    code.unwrap_or_else(|| panic!("no code in {message}")).to_owned()
}
