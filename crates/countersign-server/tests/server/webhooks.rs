use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::{Clock as _, SystemClock};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::http::{Client, HttpReply};
use crate::mail_server::MailServer;
use crate::process::{Server, program};
use crate::service::{Caller, File, settings};

const URL: &str = "https://codes.acme.example/webhooks/bird";
const KEY: &str = "signing-key-of-bird";
const OLD_KEY: &str = "signing-key-of-before";

/// Says that a verification's first message arrived, signed as Bird signs.
fn deliver(server: &Server, verification: &Value, key: &str, url: &str) -> HttpReply {
    deliver_to(server.client(), verification, key, url)
}

fn deliver_to(client: Client, verification: &Value, key: &str, url: &str) -> HttpReply {
    let reference = format!("{}.0", verification["id"].as_str().expect("an id"));
    let payload =
        json!({ "id": "b1b6d7d3-6f3c-4c9c-9f3a-0d5a2f8b7c22", "reference": reference, "status": "delivered" });
    let body = json!({ "service": "channels", "event": "email.outbound", "payload": payload });
    let time = (SystemClock.now().as_millis() / 1000).to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length will do");
    for part in [time.as_bytes(), b"\n", url.as_bytes(), b"\n", &Sha256::digest(body.to_string())] {
        mac.update(part);
    }
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let client = client.with("messagebird-signature", &signature);
    client.with("messagebird-request-timestamp", &time).post("/webhooks/bird", &body)
}

#[test]
fn bird_reports_by_the_webhook_of_the_file_and_nobody_else_does() {
    let mail = MailServer::start();
    let webhook = format!(
        "[[webhooks]]\npath = \"/webhooks/bird\"\npublic-url = \"{URL}\"\nscope = \"all\"\n\
         signing-keys = [\"env:SIGNING\", \"env:OLD_SIGNING\"]"
    );
    let file = File::new(&settings("store = \"memory\"", mail.port(), &webhook));
    let mut command = program();
    command.arg("--config").arg(file.path()).env("SIGNING", KEY).env("OLD_SIGNING", OLD_KEY);
    let server = Server::start(&mut command);
    let caller = Caller::of(&server);
    let status = |verification: &Value| caller.get(verification).expect(200)["steps"][0]["status"].clone();

    for key in [KEY, OLD_KEY] {
        let verification = caller.start("someone@acme.example").expect(202);
        assert_eq!(deliver(&server, &verification, "signing-key-of-others", URL).status, 401);
        assert_eq!(deliver(&server, &verification, key, "https://codes.acme.example/elsewhere").status, 401);
        assert_eq!(status(&verification), "pending", "nobody was believed");
        assert_eq!(deliver(&server, &verification, key, URL).status, 200);
        assert_eq!(status(&verification), "delivered");
    }
}

/// The address that the log names behind that message.
fn listens(server: &Server, what: &str) -> String {
    server.wait_for_log(what);
    let logged = server.logged();
    let line = logged.lines().find(|line| line.contains(what)).expect("it is in the log");
    let from = line.find("127.0.0.1:").expect("an address");
    line[from..].chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect()
}

#[test]
fn webhooks_and_metrics_are_served_where_the_file_says_and_nowhere_else() {
    let mail = MailServer::start();
    let top = "store = \"memory\"\nlisten-webhooks = \"127.0.0.1:0\"\nlisten-metrics = \"127.0.0.1:0\"";
    let webhook = format!(
        "[[webhooks]]\npath = \"/webhooks/bird\"\npublic-url = \"{URL}\"\nscope = \"all\"\nsigning-keys = [\"env:SIGNING\"]"
    );
    let file = File::new(&settings(top, mail.port(), &webhook));
    let server = Server::start(program().arg("--config").arg(file.path()).env("SIGNING", KEY));
    let (webhooks, metrics) = (listens(&server, "serving webhooks"), listens(&server, "serving metrics"));
    let caller = Caller::of(&server);
    let verification = caller.start("someone@acme.example").expect(202);
    assert_eq!(deliver(&server, &verification, KEY, URL).status, 404);
    assert_eq!(deliver_to(Client::new(&webhooks), &verification, KEY, URL).status, 200);
    assert_eq!(caller.get(&verification).expect(200)["steps"][0]["status"], "delivered");
    let statuses = [server.address(), &webhooks, &metrics].map(|at| Client::new(at).get("/metrics").status);
    assert_eq!(statuses, [404, 404, 200]);
}
