use crate::mail_server::MailServer;
use crate::process::{Server, program};
use crate::service::{Caller, File, KEY, code_in, settings};

const PASSWORD: &str = "correct-horse-battery";
const CODE_KEY: &str = "b7d1c5f90a3e2846b7d1c5f90a3e28469f8e7d6c5b4a39281706f5e4d3c2b1a0";

const BIRD_KEY: &str = "bird-key-that-nobody-sees";
const SIGNING_KEY: &str = "signing-key-that-nobody-sees";

/// What has secrets beside the key of codes. Nobody listens on port 1, so that Bird is never reached.
const MORE: &str = r#"
[[keys]]
id = 1
secret = "env:CODE_KEY"

[transports.bird]
kind = "bird"
access-key = "env:BIRD_KEY"
url = "http://127.0.0.1:1"

[[channels]]
id = "5f9c2a57-3f5b-4a53-9f0c-0d4c8b5f1a01"
platform = "sms"
transport = "bird"

[[webhooks]]
path = "/webhooks/bird"
public-url = "https://codes.acme.example/webhooks/bird"
signing-keys = ["env:SIGNING_KEY"]
scope = "all"
"#;

#[test]
fn nothing_secret_or_personal_is_in_the_log_at_any_level() {
    let mail = MailServer::start();
    let sending = settings("store = \"memory\"", mail.port(), MORE);
    // The mail server offers no AUTH, so it is given no password: the sends fail, which is logged too.
    let login = "tls = \"none\"\nuser = \"codes\"\npassword = \"env:MAIL_PASSWORD\"";
    let failing = sending.replace("tls = \"none\"", login);
    for (text, sends) in [(sending, true), (failing, false)] {
        for format in ["text", "json"] {
            let file = File::new(&text);
            let mut command = program();
            command.arg("--config").arg(file.path()).args(["--log-level", "trace", "--log", format]);
            command.env("BIRD_KEY", BIRD_KEY).env("SIGNING_KEY", SIGNING_KEY);
            let server = Server::start(command.env("CODE_KEY", CODE_KEY).env("MAIL_PASSWORD", PASSWORD));
            let caller = Caller::of(&server).with("idempotency-key", "very-own-key");
            let verification = caller.start("someone@acme.example").expect(202);
            let code = if sends { code_in(&mail.message()) } else { "000000".to_owned() };
            let caller = Caller::of(&server);
            assert_eq!(caller.check(&verification, &code).status, if sends { 200 } else { 400 });
            caller.start_by("5f9c2a57-3f5b-4a53-9f0c-0d4c8b5f1a01", "+31612345678").expect(202);
            caller.start("no address").expect(422);
            caller.with("authorization", "AccessKey csk_wrong_wrong_wrong_wrong").get(&verification).expect(401);
            server.signal("-TERM");
            let (status, log) = server.wait();
            assert!(status.success(), "{log}");
            assert!(log.contains("answered"), "it logs its calls: {log}");
            let secrets = [KEY, PASSWORD, CODE_KEY, BIRD_KEY, SIGNING_KEY, "csk_wrong", "very-own-key"];
            let personal = ["someone", "612345678", "no address"];
            for secret in secrets.into_iter().chain(personal).chain(sends.then_some(&*code)) {
                assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
            }
        }
    }
}
