use serde_json::{Value, json};

use crate::http::Client;
use crate::process::{Server, run, text};

/// What `GET /dev/setup` says, and a client with the key.
struct World {
    setup: Value,
    client: Client,
}

impl World {
    fn of(server: &Server) -> Self {
        let setup = server.client().get("/dev/setup").expect(200);
        let client = server.client().with_key(setup["accessKey"].as_str().expect("a key"));
        Self { setup, client }
    }

    fn channel(&self, platform: &str) -> &Value {
        let channels = self.setup["channels"].as_array().expect("a list");
        &channels.iter().find(|channel| channel["platform"] == platform).expect("it is there")["id"]
    }

    fn verify(&self) -> String {
        format!("/workspaces/{}/verify", self.setup["workspaceId"].as_str().expect("an id"))
    }

    fn start(&self, platforms: &[&str]) -> Value {
        let steps: Vec<_> = platforms.iter().map(|platform| json!({ "channelId": self.channel(platform) })).collect();
        let identifier = json!({ "phonenumber": "+31612345678", "emailaddress": "someone@acme.example" });
        let body = json!({ "identifier": identifier, "steps": steps, "locale": "en" });
        self.client.post(&self.verify(), &body).expect(202)
    }

    fn get(&self, verification: &Value) -> Value {
        self.client.get(&format!("{}/{}", self.verify(), id(verification))).expect(200)
    }

    fn outbox(&self, verification: &Value) -> Vec<Value> {
        let found = self.client.get(&format!("/dev/outbox?verificationId={}", id(verification))).expect(200);
        found["messages"].as_array().expect("a list").clone()
    }

    fn play(&self, message: &Value, said: &str) -> Value {
        let message = message["messageId"].as_str().expect("an id");
        self.client.post(&format!("/dev/outbox/{message}/{said}"), &Value::Null).expect(200)
    }
}

fn id(verification: &Value) -> &str {
    verification["id"].as_str().expect("an id")
}

#[test]
fn the_outbox_shows_what_each_platform_sends() {
    let server = Server::dev();
    let world = World::of(&server);
    for platform in ["whatsapp", "sms", "email"] {
        let verification = world.start(&[platform]);
        let [message] = &world.outbox(&verification)[..] else { panic!("one message by {platform}") };
        assert_eq!(message["verificationId"], verification["id"]);
        assert_eq!(message["channelId"], *world.channel(platform));
        assert_eq!((&message["platform"], &message["status"]), (&json!(platform), &json!("accepted")));
        assert_eq!(message["stepIndex"], 0);
        assert_eq!(message["messageId"], verification["steps"][0]["attempts"][0]["messageId"]);
        assert_eq!(message["to"], verification["steps"][0]["identifier"]);
        let code = message["code"].as_str().expect("a code");
        assert!(code.len() == 6 && message["text"].as_str().is_some_and(|text| text.contains(code)), "{message}");
        assert_eq!(message["template"].is_object(), platform == "whatsapp");
        assert_eq!(message["html"].as_str().is_some_and(|html| html.contains(code)), platform == "email");
        assert_eq!(message["subject"].is_string(), platform == "email");
        assert!(message["sentAt"].as_str().is_some_and(|at| at.ends_with('Z')));
    }
    let all = world.client.get("/dev/outbox").expect(200);
    let platforms: Vec<_> = all["messages"].as_array().into_iter().flatten().map(|each| &each["platform"]).collect();
    assert_eq!(platforms, ["whatsapp", "sms", "email"], "the oldest first");
}

#[test]
fn a_carrier_that_fails_a_whatsapp_makes_the_sms_follow_with_the_same_code() {
    let server = Server::dev();
    let world = World::of(&server);
    let verification = world.start(&["whatsapp", "sms"]);
    let whatsapp = world.outbox(&verification)[0].clone();
    assert_eq!(world.play(&whatsapp, "failed")["status"], "failed");
    assert_eq!(world.play(&whatsapp, "failed")["status"], "failed", "a repeat is harmless");
    let [_, sms] = &world.outbox(&verification)[..] else { panic!("one message more") };
    assert_eq!((&sms["platform"], &sms["code"], &sms["stepIndex"]), (&json!("sms"), &whatsapp["code"], &json!(1)));
    assert_eq!(world.play(sms, "delivered")["status"], "delivered");
    let now = world.get(&verification);
    assert_eq!(now["currentStepIndex"], 1);
    assert_eq!((&now["steps"][0]["status"], &now["steps"][1]["status"]), (&json!("failed"), &json!("delivered")));

    let path = format!("{}/{}", world.verify(), id(&verification));
    assert_eq!(world.client.post(&path, &json!({ "code": sms["code"] })).expect(200)["status"], "verified");
}

#[test]
fn a_resend_has_to_wait_five_seconds() {
    let server = Server::dev();
    let world = World::of(&server);
    let verification = world.start(&["sms"]);
    let early = world.client.post(&format!("{}/{}/resend", world.verify(), id(&verification)), &json!({}));
    assert_eq!(early.expect(429)["code"], "TooManyRequests");
    assert!(early.head.contains("retry-after: 5"), "{early:?}");
}

#[test]
fn tools_that_are_asked_for_what_is_not_there_say_so() {
    let server = Server::dev();
    let client = server.client();
    let nothing = "/dev/outbox/00000000-0000-4000-8000-000000000000";
    assert_eq!(client.post(&format!("{nothing}/delivered"), &Value::Null).expect(404)["code"], "NotFound");
    assert_eq!(client.post("/dev/outbox/nothing/failed", &Value::Null).expect(404)["code"], "NotFound");
    assert_eq!(client.post(&format!("{nothing}/lost"), &Value::Null).expect(404)["code"], "NotFound");
    assert_eq!(client.get("/dev/outbox?verificationId=12").expect(422)["code"], "InvalidPayload");
    let strange = client.get("/dev/outbox?verificationId=00000000-0000-4000-8000-000000000000").expect(200);
    assert_eq!(strange, json!({ "messages": [] }));
}

#[test]
fn the_tools_and_the_page_answer_this_machine_alone() {
    let server = Server::dev();
    let rebound = server.client().with("host", "evil.example");
    for path in ["/", "/page.js", "/dev/setup", "/dev/outbox"] {
        assert_eq!(rebound.get(path).expect(403)["code"], "Forbidden", "{path}");
        let own = server.client().get(path);
        assert_eq!(own.status, 200, "{path}");
        assert!(own.head.contains("cache-control: no-store"), "{own:?}");
    }
    let localhost = server.address().replace("127.0.0.1", "localhost");
    assert_eq!(server.client().with("host", &localhost).get("/dev/outbox").status, 200);

    let foreign = server.client().with("origin", "https://evil.example").with("sec-fetch-site", "cross-site");
    let path = "/dev/outbox/00000000-0000-4000-8000-000000000000/failed";
    assert_eq!(foreign.post(path, &Value::Null).expect(403)["code"], "Forbidden");
    let own = server.client().with("origin", &format!("http://{}", server.address()));
    assert_eq!(own.post(path, &Value::Null).status, 404);
}

#[test]
fn the_page_may_load_nothing_from_elsewhere() {
    let server = Server::dev();
    let page = server.client().get("/");
    let policy = "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
        img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; frame-src 'self' about:";
    assert!(page.head.contains(policy), "{}", page.head);
    assert!(page.head.contains("content-type: text/html"), "{}", page.head);
    // Every part that a part of it names is served.
    let script = server.client().get("/page.js");
    assert!(script.head.contains("content-type: text/javascript"), "{}", script.head);
    let parts = [page, script].map(|part| part.body).concat();
    let names = parts.split('"').filter(|name| name.ends_with(".js") || name.ends_with(".css"));
    let mut seen = 0;
    for name in names {
        assert_eq!(server.client().get(&format!("/{}", name.trim_start_matches(['.', '/']))).status, 200, "{name}");
        seen += 1;
    }
    assert!(seen > 2, "{parts}");
}

#[test]
fn nobody_outside_of_this_machine_is_served_with_the_development_key() {
    for address in ["0.0.0.0:0", "192.0.2.1:8080", "[::]:0"] {
        let refused = run(&["--dev", "--listen", address]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(text(&refused.stderr).contains("--dev listens on a loopback address only"), "{refused:?}");
    }
}
