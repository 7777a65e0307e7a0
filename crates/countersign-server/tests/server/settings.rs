use std::process::Output;

use countersign_http::AccessKeyHash;

use crate::process::{program, text};
use crate::service::{File, hash, settings};

/// Looks through a file of settings.
fn check(file: &File) -> Output {
    let mut command = program();
    command.arg("--config").arg(file.path()).arg("--check");
    command.env("GOOD_HEX", "b7d1c5f90a3e2846b7d1c5f90a3e28469f8e7d6c5b4a39281706f5e4d3c2b1a0");
    command.env("SHORT_HEX", "b7d1c5f9").env("SIGNING", "0123456789abcdefX").env("EMPTY", "").env("WORD", "word-word");
    command.output().expect("it runs")
}

fn sound() -> String {
    let more = r#"
[[keys]]
id = 1
secret = "env:GOOD_HEX"

[[webhooks]]
path = "/webhooks/bird"
public-url = "https://codes.acme.example/webhooks/bird"
signing-keys = ["env:SIGNING"]
scope = "all"

[limits]
message-cap = 5
sending = "inline"

[redis]
prefix = "cs"
"#;
    let top = "store = \"memory\"\nretention = 60\norigins = [\"https://desk.acme.example\"]\ntrusted-proxies = [\"10.0.0.0/8\"]";
    settings(top, 2525, more)
}

#[test]
fn sound_settings_are_ready() {
    let ready = check(&File::new(&sound()));
    assert!(ready.status.success(), "{}", text(&ready.stderr));
    assert!(text(&ready.stdout).contains("is ready"));
}

#[test]
fn the_example_is_ready_when_its_secrets_are_there() {
    let file = File::new(include_str!("../../countersign.example.toml"));
    file.beside("key-1.hex", "c8d1c5f90a3e2846b7d1c5f90a3e28469f8e7d6c5b4a39281706f5e4d3c2b1a1");
    let mut command = program();
    command.arg("--check").env("COUNTERSIGN_CONFIG", file.path());
    command.env("ACME_KEY_2", "b7d1c5f90a3e2846b7d1c5f90a3e28469f8e7d6c5b4a39281706f5e4d3c2b1a0");
    command.env("ACME_RECIPIENT_SECRET", "a6d1c5f90a3e2846b7d1c5f90a3e28469f8e7d6c5b4a39281706f5e4d3c2b1a2");
    command.env("ACME_BIRD_KEY", "a-key-of-bird").env("ACME_SMTP_PASSWORD", "a-password");
    command.env("ACME_BIRD_SIGNING_KEY", "a-signing-key-of-bird");
    let ready = command.output().expect("it runs");
    assert!(ready.status.success(), "{}", text(&ready.stderr));
}

/// A line of the sound settings, what stands there instead, the path that is blamed, and what is said.
const WRONG: &[(&str, &str, &str, &str)] = &[
    (r#"listen = "127.0.0.1:0""#, r#"listen = "hunter2""#, "listen", "invalid socket address"),
    (
        r#"listen = "127.0.0.1:0""#,
        "listen = \"127.0.0.1:8080\"\nlisten-webhooks = \"127.0.0.1:8080\"",
        "listen-webhooks",
        "another listener has this address",
    ),
    (r#"listen = "127.0.0.1:0""#, "listen-metrics = \"hunter2\"", "listen-metrics", "invalid socket address"),
    (r#"listen = "127.0.0.1:0""#, "listen = 8080", "listen", "write a string in quotes"),
    (r#"store = "memory""#, r#"store = "hunter2""#, "store", r#"write "memory", redis://"#),
    (r#"store = "memory""#, r#"store = "redis://:hunter2@host/""#, "store", "passwords are not allowed in this file"),
    (r#"store = "memory""#, r#"store = ["redis://a/", "hunter2"]"#, "store[1]", "redis://"),
    (r#"store = "memory""#, "store = []", "store", "redis://"),
    (r#"store = "memory""#, r#"store = "env:NOT_THERE""#, "store", "this environment variable is unset or empty"),
    (r#"store = "memory""#, r#"store = "env:WORD""#, "store", "invalid Redis URL"),
    ("retention = 60", "retention = -1", "retention", "write a whole number from 0 to"),
    ("retention = 60", r#"retention = "hunter2""#, "retention", "write a whole number"),
    ("retention = 60", "retention = 60.5", "retention", "write a whole number"),
    (r#"origins = ["https://desk.acme.example"]"#, r#"origins = ["*"]"#, "origins[0]", "an origin is a scheme"),
    (r#"origins = ["https://desk.acme.example"]"#, r#"origins = ["https://a.example/x"]"#, "origins[0]", "no path"),
    (r#"origins = ["https://desk.acme.example"]"#, r#"origins = "https://a.example""#, "origins", "write a list"),
    (r#"trusted-proxies = ["10.0.0.0/8"]"#, r#"trusted-proxies = ["hunter2"]"#, "trusted-proxies[0]", "IP address"),
    (r#"brand = "Acme""#, r#"brand = """#, "messages.brand", "a brand is empty"),
    (r#"brand = "Acme""#, r#"colour = "red""#, "messages", "brand is missing"),
    (r#"id = "a0a6d7d3-6f3c-4c9c-9f3a-0d5a2f8b7c11""#, r#"id = "hunter2""#, "workspaces[0].id", "not a UUID"),
    (r#"kind = "smtp""#, r#"kind = "pigeon""#, "transports.mail.kind", r#"write "bird" or "smtp""#),
    (r#"host = "127.0.0.1""#, r#"host = "hunter 2""#, "transports.mail.host", "the host is no name"),
    ("port = 2525", "port = 0", "transports.mail.port", "write a whole number from 1 to 65535"),
    (r#"tls = "none""#, r#"tls = "maybe""#, "transports.mail.tls", r#"write "starttls""#),
    (r#"tls = "none""#, "user = \"a\"\npassword = \"hunter2\"", "transports.mail.password", "secrets are not allowed"),
    (r#"tls = "none""#, r#"user = "a""#, "transports.mail", "user and password are set together"),
    (r#"tls = "none""#, "timeout = 30", "transports.mail.timeout", "shorter than limits.send-lease"),
    (r#"tls = "none""#, r#"root-certificate = "no.pem""#, "transports.mail.root-certificate", "cannot read this file"),
    (r#"sender = "Acme <codes@acme.example>""#, r#"sender = "hunter2""#, "transports.mail.sender", "as in"),
    (r#"platform = "email""#, r#"platform = "hunter2""#, "channels[0].platform", "no such platform"),
    (
        r#"transport = "mail""#,
        r#"transport = "hunter2""#,
        "channels[0].transport",
        "no such transport: name one of mail",
    ),
    (r#"transport = "mail""#, "transport = \"mail\"\ncolour = 1", "channels[0].colour", "unknown key: expected one of"),
    (r#"secret = "env:GOOD_HEX""#, r#"secret = "hunter2""#, "keys[0].secret", "secrets are not allowed in this file"),
    (r#"secret = "env:GOOD_HEX""#, r#"secret = "env:SHORT_HEX""#, "keys[0].secret", "64 or more hexadecimal digits"),
    (r#"secret = "env:GOOD_HEX""#, r#"secret = "env:WORD""#, "keys[0].secret", "hexadecimal digits"),
    (
        r#"secret = "env:GOOD_HEX""#,
        r#"secret = "env:EMPTY""#,
        "keys[0].secret",
        "this environment variable is unset or empty",
    ),
    (r#"secret = "env:GOOD_HEX""#, r#"secret = "file:hunter2""#, "keys[0].secret", "cannot read this file"),
    ("id = 1", "id = 4294967296", "keys[0].id", "write a whole number from 0 to 4294967295"),
    (r#"path = "/webhooks/bird""#, r#"path = "/workspaces/{x}""#, "webhooks[0].path", "write a path like"),
    (
        r#"signing-keys = ["env:SIGNING"]"#,
        r#"signing-keys = ["hunter2"]"#,
        "webhooks[0].signing-keys[0]",
        "secrets are not allowed",
    ),
    (
        r#"signing-keys = ["env:SIGNING"]"#,
        r#"signing-keys = ["env:WORD"]"#,
        "webhooks[0].signing-keys[0]",
        "at least 16",
    ),
    (
        r#"signing-keys = ["env:SIGNING"]"#,
        "signing-keys = []",
        "webhooks[0].signing-keys",
        "webhooks cannot be verified",
    ),
    (r#"scope = "all""#, r#"scope = "b1b6d7d3-6f3c-4c9c-9f3a-0d5a2f8b7c22""#, "webhooks[0].scope", "no such workspace"),
    ("message-cap = 5", "message-cap = 51", "limits.message-cap", "write a whole number from 1 to 50"),
    ("message-cap = 5", "mesage-cap = 5", "limits.mesage-cap", "unknown key: expected one of message-cap"),
    ("message-cap = 5", "patience = 3601", "limits.patience", "write a whole number from 0 to 3600"),
    ("message-cap = 5", "unknown-retries = 101", "limits.unknown-retries", "write a whole number from 0 to 100"),
    ("message-cap = 5", "send-tries = 5", "limits.send-tries", "unknown key: expected one of message-cap"),
    (r#"sending = "inline""#, r#"sending = "hunter2""#, "limits.sending", r#"write "inline" or "deferred""#),
    (r#"prefix = "cs""#, r#"prefix = "{a}""#, "redis.prefix", "write 1 to 32 letters"),
    (r#"prefix = "cs""#, "replicas = 0", "redis.replicas", "write a whole number from 1 to 16"),
];

#[test]
fn every_wrong_value_is_named_with_its_path_and_line_and_never_repeated() {
    let sound = sound();
    for (right, wrong, path, said) in WRONG {
        assert_eq!(sound.matches(right).count(), 1, "{right} stands there once");
        let before = sound.split(right).next().unwrap_or_default().lines().count();
        // A table as a whole is blamed at its head, and of two lines the last one is wrong.
        let line = match *path {
            "messages" | "transports.mail" | "keys[0]" => None,
            _ => Some(before + wrong.lines().count()),
        };
        let refused = check(&File::new(&sound.replacen(right, wrong, 1)));
        let stderr = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{wrong}: {stderr}");
        let blamed = match line {
            Some(line) => format!("line {line}: {path}: "),
            None => format!(": {path}: "),
        };
        let found = stderr.lines().find(|line| line.contains(&blamed));
        assert!(found.is_some_and(|line| line.contains(said)), "{wrong}: {blamed}…{said}:\n{stderr}");
        assert!(!stderr.contains("hunter"), "{wrong}: {stderr}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let text_of = sound()
        .replace("retention = 60", "retention = 0.5")
        .replace(r#"kind = "smtp""#, r#"kind = "pigeon""#)
        .replace(r#"scope = "all""#, r#"scope = 1"#)
        .replace("message-cap = 5", "message-cap = 0")
        .replace("[redis]", "[radish]");
    let stderr = text(&check(&File::new(&text_of)).stderr);
    let paths = ["retention", "transports.mail.kind", "webhooks[0].scope", "limits.message-cap", "radish"];
    for path in paths {
        assert!(stderr.contains(&format!(" {path}: ")), "{path}:\n{stderr}");
    }
    assert_eq!(stderr.lines().count(), 1 + paths.len(), "nothing else is blamed:\n{stderr}");
}

#[test]
fn what_must_be_there_is_asked_for() {
    let stderr = text(&check(&File::new("")).stderr);
    for missing in ["store is missing", "workspaces are missing", "messages is missing", "channels is missing"] {
        assert!(stderr.contains(missing), "{missing}:\n{stderr}");
    }
    let keyless = sound().replace(&format!("keys = [\"{}\"]", hash()), "keys = []");
    assert!(text(&check(&File::new(&keyless)).stderr).contains("no caller is admitted"));
    let over_redis = sound().replace(r#""memory""#, r#""redis://127.0.0.1/""#).replace("[[keys]]", "[[navigators]]");
    assert!(text(&check(&File::new(&over_redis)).stderr).contains("keys: no key to derive codes from"));
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let stderr = text(&check(&File::new("listen = \"127.0.0.1:0\"\nstore = = 1\n")).stderr);
    assert!(stderr.contains("line 2: "), "{stderr}");
}

#[test]
fn what_is_given_twice_is_refused() {
    let hash = hash();
    let twice =
        format!("{}\n[[workspaces]]\nid = \"a0a6d7d3-6f3c-4c9c-9f3a-0d5a2f8b7c11\"\nkeys = [\"{hash}\"]\n", sound());
    let stderr = text(&check(&File::new(&twice)).stderr);
    assert!(stderr.contains("workspaces[1].id: another workspace has this id"), "{stderr}");
    assert!(stderr.contains("workspaces[1].keys[0]: another caller has this key"), "{stderr}");
}

#[test]
fn the_development_key_opens_nothing_that_others_reach() {
    // What `--dev` shows everybody.
    let known = AccessKeyHash::new("dev_everybody_knows_this_key_0123456789").expect("a sound key").to_string();
    let here = sound().replace(&hash(), &known);
    assert!(check(&File::new(&here)).status.success(), "on this machine it may");
    for address in ["0.0.0.0:8080", "192.0.2.1:8080", "[::]:8080"] {
        let stderr = text(&check(&File::new(&here.replace("127.0.0.1:0", address))).stderr);
        assert!(stderr.contains("workspaces[0].keys[0]: this is the public development key"), "{address}: {stderr}");
    }
    let file = File::new(&here);
    let listening = program().arg("--config").arg(file.path()).args(["--check", "--listen", "0.0.0.0:0"]).output();
    assert_eq!(listening.expect("it runs").status.code(), Some(2), "by flag neither");
}

#[test]
fn nothing_to_serve_is_told_with_what_to_try() {
    let nothing = program().output().expect("it runs");
    assert_eq!(nothing.status.code(), Some(2));
    assert!(text(&nothing.stderr).contains("--dev"), "{nothing:?}");
}

#[test]
fn a_transport_must_not_take_longer_than_a_call() {
    let slow = sound().replace(r#"tls = "none""#, "tls = \"none\"\ntimeout = 20");
    assert!(check(&File::new(&slow)).status.success());
    let stderr = text(&check(&File::new(&slow.replace("message-cap = 5", "call-timeout = 20"))).stderr);
    assert!(stderr.contains("transports.mail.timeout: must be shorter than limits.call-timeout"), "{stderr}");
}
