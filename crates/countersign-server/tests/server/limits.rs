use std::time::Duration;

use serde_json::json;

use crate::mail_server::MailServer;
use crate::process::Server;
use crate::service::{Caller, File, KEY, WORKSPACE, settings};

fn served(top: &str, more: &str) -> (Server, MailServer) {
    let mail = MailServer::start();
    let file = File::new(&settings(&format!("store = \"memory\"\n{top}"), mail.port(), more));
    (Server::configured(&file.path()), mail)
}

#[test]
fn messages_have_the_cooldown_and_the_cap_of_the_file() {
    let (server, _mail) = served("", "[limits]\nresend-cooldown = 77");
    let caller = Caller::of(&server);
    let early = caller.resend(&caller.start("someone@acme.example").expect(202));
    assert_eq!(early.status, 429);
    assert!(early.head.contains("retry-after: 77"), "{early:?}");

    let (server, _mail) = served("", "[limits]\nresend-cooldown = 0\nmessage-cap = 2");
    let caller = Caller::of(&server);
    let verification = caller.start("someone@acme.example").expect(202);
    assert_eq!(caller.resend(&verification).status, 202);
    assert_eq!(caller.resend(&verification).status, 429);
}

#[test]
fn bodies_and_calls_have_the_bounds_of_the_file() {
    let (server, _mail) = served("", "[limits]\nbody-bytes = 1024\ncalls-per-second = 3");
    let client = server.client().with_key(KEY);
    let long = client.post(&format!("/workspaces/{WORKSPACE}/verify"), &json!({ "locale": "x".repeat(1024) }));
    assert_eq!(long.expect(413)["code"], "PayloadTooLarge");
    let answers = [(); 10].map(|()| client.get(&format!("/workspaces/{WORKSPACE}/verify")).status);
    assert!(answers.contains(&429) && answers.iter().all(|status| [200, 429].contains(status)), "{answers:?}");
}

#[test]
fn only_pages_of_the_file_may_call_from_a_browser() {
    let (server, _mail) = served("origins = [\"https://desk.acme.example\"]", "");
    let asks = |origin: &str| {
        let client = server.client().with("origin", origin).with("access-control-request-method", "POST");
        client.call("OPTIONS", &format!("/workspaces/{WORKSPACE}/verify"), None).head
    };
    let allowed = "access-control-allow-origin: https://desk.acme.example";
    assert!(asks("https://desk.acme.example").contains(allowed));
    assert!(!asks("https://evil.example").contains("access-control-allow-origin"));
}

#[test]
fn what_ended_is_forgotten_after_the_retention() {
    let (server, _mail) = served("retention = 0", "");
    let caller = Caller::of(&server);
    let [open, ended] = ["open@acme.example", "ended@acme.example"].map(|to| caller.start(to).expect(202));
    // Three wrong codes end it; of four different ones at least three are wrong.
    for code in ["000000", "000001", "000002", "000003"] {
        caller.check(&ended, code);
    }
    let forgotten = (0..3_000).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        caller.get(&ended).status == 404
    });
    assert!(forgotten, "it is still there");
    assert_eq!(caller.get(&open).status, 200);
}
