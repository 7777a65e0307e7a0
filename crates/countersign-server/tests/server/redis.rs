use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;

use countersign_testkit::redis_server::Server as RedisServer;

use crate::mail_server::MailServer;
use crate::process::{Server, program, run, text};
use crate::service::{Caller, File, code_in, settings};

const CODE_KEY: &str = "b7d1c5f90a3e2846b7d1c5f90a3e28469f8e7d6c5b4a39281706f5e4d3c2b1a0";

/// Settings over Redis, with a key in a file of its own.
fn over(redis: &RedisServer, mail: &MailServer) -> File {
    let store = format!("store = \"{}\"", redis.url());
    let file = File::new(&settings(&store, mail.port(), "[[keys]]\nid = 1\nsecret = \"file:key.hex\""));
    file.beside("key.hex", &format!("{CODE_KEY}\n"));
    file
}

#[test]
fn two_processes_over_one_redis_are_one_service() {
    let (redis, mail) = (RedisServer::start(&[]), MailServer::start());
    let file = over(&redis, &mail);
    let [first, second] = [(); 2].map(|()| Server::configured(&file.path()));
    let verification = Caller::of(&first).start("someone@acme.example").expect(202);
    assert_eq!(Caller::of(&second).get(&verification).expect(200), verification);
    let code = code_in(&mail.message());
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let mismatch = Caller::of(&first).check(&verification, wrong).expect(400);
    assert_eq!(mismatch["details"]["remainingAttempts"], 2);
    let verified = Caller::of(&second).check(&verification, &code).expect(200);
    assert_eq!((verified["status"].as_str(), verified["failedAttempts"].as_u64()), (Some("verified"), Some(1)));
}

#[test]
fn a_request_that_comes_again_to_another_process_gets_the_first_answer() {
    let (redis, mail) = (RedisServer::start(&[]), MailServer::start());
    let file = over(&redis, &mail);
    let [first, second] = [(); 2].map(|()| Server::configured(&file.path()));
    let [first, second] = [&first, &second].map(|server| Caller::of(server).with("idempotency-key", "order-{1}"));
    let answer = first.start("someone@acme.example");
    let again = second.start("someone@acme.example");
    assert_eq!(again.expect(202), answer.expect(202));
    assert!(again.head.contains("idempotency-replayed: true"), "{again:?}");
    assert_eq!(second.start("other@acme.example").expect(409)["code"], "IdempotencyKeyReused");
    assert!(mail.message().contains("someone@acme.example"));
}

#[test]
fn of_racing_requests_with_one_key_one_is_carried_out() {
    let (redis, mail) = (RedisServer::start(&[]), MailServer::start());
    let file = over(&redis, &mail);
    let servers = [(); 2].map(|()| Server::configured(&file.path()));
    let answers = thread::scope(|scope| {
        let racing = [0, 1, 0, 1, 0, 1, 0, 1].map(|n| {
            let caller = Caller::of(&servers[n]).with("idempotency-key", "race");
            scope.spawn(move || caller.start("someone@acme.example"))
        });
        racing.map(|each| each.join().expect("it is answered"))
    });
    let ids: BTreeSet<_> =
        answers.iter().filter(|answer| answer.status == 202).map(|answer| answer.json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 202) {
        assert_eq!(answer.expect(409)["code"], "IdempotencyKeyInUse");
    }
}

/// The names of all commands that a server was ever told, in lower case.
fn commands(redis: &RedisServer) -> BTreeSet<String> {
    let url = redis.url();
    let mut stream = TcpStream::connect(url.trim_start_matches("redis://").trim_end_matches('/')).expect("it runs");
    stream.write_all(b"INFO commandstats\r\nQUIT\r\n").expect("it reads");
    let mut told = String::new();
    stream.read_to_string(&mut told).expect("it answers");
    let names = told.lines().filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(':'));
    names.map(|(name, _)| name.to_ascii_lowercase()).collect()
}

#[test]
fn a24_nothing_that_callers_write_becomes_a_command_or_a_script() {
    let (redis, mail) = (RedisServer::start(&[]), MailServer::start());
    let file = over(&redis, &mail);
    let server = Server::configured(&file.path());
    let ordinary = Caller::of(&server).with("idempotency-key", "ordinary").start("someone@acme.example").expect(202);
    Caller::of(&server).check(&ordinary, "000000");
    let before = commands(&redis);
    assert!(before.contains("evalsha") && before.contains("get"), "{before:?}");
    let odd = ["{tag}", "*3$8FLUSHALL", "'..redis.call('FLUSHALL')..'", "]]--", "%s%n", "${x}", "`id`", "KEYS[1]=*"];
    for text in odd {
        let caller = Caller::of(&server).with("idempotency-key", text).with("x-request-id", text);
        let started = caller.start("someone@acme.example").expect(202);
        assert_eq!(caller.start("someone@acme.example").expect(202), started, "kept under {text}");
        for address in [format!("{text}@acme.example"), format!("a@{text}.example"), format!("+31{text}")] {
            let answer = Caller::of(&server).start(&address);
            assert!([202, 422].contains(&answer.status), "{answer:?}");
        }
        Caller::of(&server).check(&ordinary, text).expect(422);
    }
    let new: Vec<_> = commands(&redis).difference(&before).cloned().collect();
    // What a write says besides, and how the statistics were asked for.
    assert!(
        new.iter().all(|name| ["get", "exists", "info", "quit", "ping", "time"].contains(&name.as_str())),
        "{new:?}"
    );
    assert_eq!(Caller::of(&server).get(&ordinary).expect(200)["id"], ordinary["id"], "nothing was flushed");
}

#[test]
fn the_environment_wins_over_the_file() {
    let (redis, mail) = (RedisServer::start(&[]), MailServer::start());
    let file = File::new(&settings("store = \"memory\"", mail.port(), ""));
    let mut command = program();
    command.arg("--config").arg(file.path()).env("COUNTERSIGN_STORE", redis.url());
    command.env("COUNTERSIGN_KEY", format!("7:{CODE_KEY}"));
    let [first, second] = [(); 2].map(|()| Server::start(&mut command));
    let verification = Caller::of(&first).start("someone@acme.example").expect(202);
    let verified = Caller::of(&second).check(&verification, &code_in(&mail.message())).expect(200);
    assert_eq!(verified["status"], "verified");
}

#[test]
fn a_redis_that_is_not_there_ends_the_start_without_its_password() {
    let mail = MailServer::start();
    let file =
        File::new(&settings("store = \"env:STORE\"", mail.port(), "[[keys]]\nid = 1\nsecret = \"file:key.hex\""));
    file.beside("key.hex", CODE_KEY);
    let mut command = program();
    let refused = command.arg("--config").arg(file.path()).env("STORE", "redis://:hunter2@127.0.0.1:1/").output();
    let refused = refused.expect("it runs");
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(said.contains("Redis cannot be reached") && !said.contains("hunter2"), "{said}");
    assert_eq!(run(&["--config", "/nowhere/at/all.toml"]).status.code(), Some(2));
}
