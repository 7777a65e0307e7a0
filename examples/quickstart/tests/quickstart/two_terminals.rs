//! Two runs of the program over one Redis of the tests' own.

use countersign_testkit::redis_server::{Cluster, Server};

use crate::PHONE;
use crate::driver::{Ended, Session, other_than, played};

const ONE_KEY: &str = "7a1c93e05bd2486ff03f6e8d21b4a95c0e77c2d8911f4ab36359e4f0bd682c1d";
const ANOTHER_KEY: &str = "C4D80F3B97E16A2255BC7D9E01F8A3466B2E90D7135CFA88E4210B6F9D73581A";

/// A terminal with a verification, its id and its code.
fn started(environment: &[(&str, &str)], flags: &[&str]) -> (Session, String, String) {
    let mut session = Session::start_in(environment, &[flags, &["--to", PHONE]].concat());
    let code = session.read_code();
    let line = session.read_until("by its id: ");
    let id = line.rsplit(' ').next().expect("the id is the last word").to_owned();
    (session, id, code)
}

/// Another terminal, which goes on with it.
fn joined(environment: &[(&str, &str)], flags: &[&str], id: &str) -> Session {
    let mut session = Session::start_in(environment, flags);
    session.read_until("Or the id of a verification that another terminal started");
    session.enter(id);
    session.read_until("3 checks left");
    session
}

fn assert_verified(ended: &Ended) {
    assert!(ended.output.contains("✓ Verified: this person holds +31*******78."), "{}", ended.output);
    assert_eq!(ended.code, 0);
}

#[test]
fn one_terminal_starts_another_checks_and_the_first_one_sees_it() {
    let server = Server::start(&[]);
    let flags = ["--redis", &server.url()];
    let (mut first, id, code) = started(&[], &flags);
    let mut second = joined(&[], &flags, &id);
    second.enter(&code);
    assert_verified(&second.finish());
    first.enter("show");
    assert_verified(&first.finish());
}

#[test]
fn a_code_that_another_terminal_checked_already_is_told_as_that() {
    let server = Server::start(&[]);
    let flags = ["--redis", &server.url()];
    let (mut first, id, code) = started(&[], &flags);
    let mut second = joined(&[], &flags, &id);
    second.enter(&code);
    second.finish();
    first.enter(&code);
    let first = first.finish();
    assert!(first.output.contains("verification is already verified"), "{}", first.output);
    assert!(!first.output.contains("✓ That is the code"), "{}", first.output);
    assert_eq!(first.code, 0);
}

#[test]
fn a_verification_that_has_ended_is_shown_and_nothing_is_asked() {
    let server = Server::start(&[]);
    let flags = ["--redis", &server.url()];
    let (mut first, id, _) = started(&[], &flags);
    first.enter("cancel");
    first.finish();
    let second = played(&flags, &[&id]);
    assert!(second.output.contains("✗ Canceled"), "{}", second.output);
    assert!(!second.output.contains("Type the code"), "{}", second.output);
    assert_eq!(second.code, 0);
}

#[test]
fn wrong_codes_of_both_terminals_are_counted_together() {
    let server = Server::start(&[]);
    let flags = ["--redis", &server.url()];
    let (mut first, id, code) = started(&[], &flags);
    let mut second = joined(&[], &flags, &id);
    second.enter(&other_than(&code));
    second.read_until("2 checks left");
    first.enter(&other_than(&code));
    first.read_until("1 check left");
    second.enter(&other_than(&code));
    assert!(second.finish().output.contains("✗ Failed"));
    first.enter("quit");
    first.read_until("Bye. The verification has ended: failed.");
}

#[test]
fn a_message_appears_with_the_same_code_in_the_terminal_that_sends_it() {
    let server = Server::start(&[]);
    let flags = ["--redis", &server.url(), "--cooldown", "0"];
    let (mut first, id, code) = started(&[], &flags);
    let mut second = joined(&[], &flags, &id);
    second.enter("resend");
    assert_eq!(second.read_code(), code);
    // The message appears before its result is stored; what is shown next comes after.
    second.enter("show");
    second.read_until("#0 accepted, #1 accepted");
    first.enter("show");
    first.read_until("#0 accepted, #1 accepted");
    let first = first.finish();
    assert_eq!(first.output.matches("WhatsApp to ").count(), 1, "{}", first.output);
}

#[test]
fn an_id_that_redis_does_not_have_is_asked_for_again() {
    let server = Server::start(&[]);
    let unknown = "01990f4e-2d5c-7abc-8def-0123456789ab";
    let of_a_channel = "c0de0000-0000-4000-8000-000000000001";
    let ended = played(&["--redis", &server.url()], &[unknown, of_a_channel, PHONE, "sms"]);
    assert!(ended.output.contains("✗ No such verification in this Redis"), "{}", ended.output);
    assert!(ended.output.contains("✗ Not a verification id"), "{}", ended.output);
    assert!(ended.output.contains("SMS to +31612345678"), "{}", ended.output);
}

#[test]
fn nobody_skips_time_that_others_share() {
    let server = Server::start(&[]);
    let ended = played(&["--redis", &server.url(), "--to", PHONE], &["wait 600", "expire", "help", "quit"]);
    assert_eq!(ended.output.matches("✗ With --redis time passes by itself").count(), 2, "{}", ended.output);
    assert!(!ended.output.contains("\n  wait"), "{}", ended.output);
    assert!(ended.output.contains("Bye. The verification was still open."), "{}", ended.output);
}

#[test]
fn without_a_key_of_ones_own_the_program_says_that_everybody_knows_the_key() {
    let server = Server::start(&[]);
    let flags = ["--redis", &server.url(), "--to", PHONE];
    assert!(played(&flags, &[]).output.contains("a demonstration key that everybody knows"));
    let own = Session::start_in(&[("COUNTERSIGN_KEY", ONE_KEY)], &flags).finish();
    assert!(!own.output.contains("demonstration"), "{}", own.output);
    assert!(!own.output.contains(ONE_KEY), "{}", own.output);
}

#[test]
fn terminals_with_one_key_of_their_own_agree() {
    let server = Server::start(&[]);
    let (environment, flags) = ([("COUNTERSIGN_KEY", ONE_KEY)], ["--redis", &server.url()]);
    let (_first, id, code) = started(&environment, &flags);
    let mut second = joined(&environment, &flags, &id);
    second.enter(&code);
    assert_verified(&second.finish());
}

#[test]
fn a_terminal_with_another_key_says_so_and_charges_no_check() {
    let server = Server::start(&[]);
    let flags = ["--redis", &server.url()];
    let (mut first, id, code) = started(&[("COUNTERSIGN_KEY", ONE_KEY)], &flags);
    for environment in [&[("COUNTERSIGN_KEY", ANOTHER_KEY)][..], &[]] {
        let mut second = joined(environment, &flags, &id);
        second.enter(&code);
        second.read_until("is not in the keyring");
        second.read_until("start both terminals with the same COUNTERSIGN_KEY.");
        assert_eq!(second.finish().code, 0);
    }
    first.enter("show");
    first.read_until("3 checks left");
    first.enter(&code);
    assert_verified(&first.finish());
}

#[test]
fn a_key_that_is_none_is_refused_without_being_repeated() {
    let zeros = "0".repeat(64);
    let server = Server::start(&[]);
    for key in ["", &ONE_KEY[1..], &ONE_KEY.replace('7', "+"), &zeros] {
        let ended = Session::start_in(&[("COUNTERSIGN_KEY", key)], &["--redis", &server.url()]).finish();
        assert_eq!(ended.code, 2, "{key}: {}", ended.output);
        assert!(ended.errors.contains("COUNTERSIGN_KEY: "), "{}", ended.errors);
        assert!(ended.errors.contains("openssl rand"), "{}", ended.errors);
        assert!(key.is_empty() || !format!("{}{}", ended.output, ended.errors).contains(key), "{}", ended.errors);
    }
}

#[test]
fn a_redis_that_cannot_be_reached_is_a_bad_flag_and_its_password_stays_unsaid() {
    let server = Server::start(&[]);
    let url = server.url().replace("redis://", "redis://ada:s3cret-word@");
    drop(server);
    let cluster = format!("{url} {url}");
    for (environment, flags) in [
        (&[][..], &["--redis", &url][..]),
        (&[("REDIS_URL", &*url)], &[]),
        (&[("REDIS_URL", &*cluster)], &[]),
        (&[], &["--redis", "http://ada:s3cret-word@127.0.0.1/"]),
    ] {
        let ended = Session::start_in(environment, flags).finish();
        assert_eq!(ended.code, 2, "{}", ended.output);
        assert!(ended.output.contains("✗ --redis: Redis cannot be "), "{}", ended.output);
        assert!(
            !format!("{}{}", ended.output, ended.errors).contains("s3cret-word"),
            "{}{}",
            ended.output,
            ended.errors
        );
    }
}

#[test]
fn a_code_is_not_judged_while_redis_is_away_and_is_right_when_it_is_back() {
    let mut server = Server::start(&["--appendonly", "yes", "--appendfsync", "always"]);
    let flags = ["--redis", &server.url()];
    let (mut first, _, code) = started(&[], &flags);
    server.kill();
    first.enter(&code);
    first.read_until("no code was judged");
    server.start_again();
    // A connection may find out only now that it is broken.
    for _ in 0..3 {
        first.enter(&code);
    }
    assert_verified(&first.finish());
}

#[test]
fn a_cluster_is_named_by_its_nodes() {
    let cluster = Cluster::start();
    let urls = cluster.urls();
    let flags: Vec<_> = urls.iter().flat_map(|url| ["--redis", url]).collect();
    let (mut first, id, code) = started(&[], &flags);
    let mut second = joined(&[("REDIS_URL", &urls.join(" "))], &[], &id);
    second.enter(&code);
    assert_verified(&second.finish());
    first.enter("show");
    assert_verified(&first.finish());
}
