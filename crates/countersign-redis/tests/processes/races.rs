use std::sync::Arc;

use countersign::store::Limit;
use countersign::{
    Channel, CheckOutcome, Engine, Platform, Policy, SendMode, StartRequest, SubmittedCode, VerificationId,
};
use countersign_testkit::ScriptedTransport;
use countersign_testkit::fixtures::phone_number;
use libtest_mimic::Failed;

use crate::process::{
    Process, SMS, Spoken, WORKSPACE, engine, keyring, other_than, ready, request, runtime, say, store,
};
use crate::servers::Server;

const PROCESSES: usize = 4;
const EACH: usize = 2_500;

/// One process of the race: so many checks of one code at once.
pub(crate) async fn race(url: &str, id: VerificationId, code: &str, times: usize) {
    let engine = engine(store(url).await, Arc::new(Spoken));
    let code = Arc::new(SubmittedCode::parse(code).unwrap());
    ready();
    let checks: Vec<_> = (0..times)
        .map(|_| {
            let (engine, code) = (engine.clone(), code.clone());
            tokio::spawn(async move {
                // Too many at once, or too long in the queue, is an answer that says to ask again.
                loop {
                    match engine.check(WORKSPACE, id, &code).await {
                        Err(countersign::EngineError::Contended | countersign::EngineError::Unavailable(_)) => {}
                        answer => break answer,
                    }
                }
            })
        })
        .collect();
    let (mut verified, mut mismatches, mut refused) = (0, 0, 0);
    for check in checks {
        match check.await.unwrap() {
            Ok(reply) if matches!(reply.outcome, CheckOutcome::Verified) => verified += 1,
            Ok(_) => mismatches += 1,
            Err(_) => refused += 1,
        }
    }
    say(&format!("{verified} {mismatches} {refused}"));
}

pub(crate) fn wrong() -> Result<(), Failed> {
    assert_eq!(of_the_race(false), (0, 3, PROCESSES * EACH - 3, 3));
    Ok(())
}

pub(crate) fn right() -> Result<(), Failed> {
    assert_eq!(of_the_race(true), (1, 0, PROCESSES * EACH - 1, 0));
    Ok(())
}

/// How many codes passed, were wrong, were refused, and what was charged in the end.
fn of_the_race(right: bool) -> (usize, usize, usize, u8) {
    let server = Server::start(&[]);
    runtime().block_on(async {
        let sms = Arc::new(ScriptedTransport::new());
        let engine = engine(store(&server.url()).await, sms.clone());
        let verification = engine.start(WORKSPACE, request()).await.unwrap();
        let sent = sms.sent_for(verification.id())[0].code().to_owned();
        let typed = if right { sent } else { other_than(&sent) };
        let job = format!("race {} {} {typed} {EACH}", server.url(), verification.id());
        let mut racers: Vec<_> = (0..PROCESSES).map(|_| Process::start(&job)).collect();
        for racer in &mut racers {
            assert_eq!(racer.next_line().as_deref(), Some("ready"));
        }
        racers.iter_mut().for_each(Process::go);
        let mut sums = [0; 3];
        for racer in racers {
            let (lines, status) = racer.end();
            assert!(status.success());
            for (sum, count) in sums.iter_mut().zip(lines[0].split(' ')) {
                *sum += count.parse::<usize>().unwrap();
            }
        }
        let after = engine.get(WORKSPACE, verification.id()).await.unwrap();
        (sums[0], sums[1], sums[2], after.failed_checks())
    })
}

/// One process of several that do what is due, until there is no more.
pub(crate) async fn run_due(url: &str) {
    let engine = engine(store(url).await, Arc::new(Spoken));
    ready();
    let (mut handled, mut taken) = (0, 0);
    loop {
        let report = engine.run_due(Limit::new(100).unwrap()).await.unwrap();
        handled += report.handled;
        taken += report.taken;
        if !report.more && report.handled + report.taken == 0 {
            break;
        }
    }
    say(&format!("did {handled} {taken}"));
}

pub(crate) fn due() -> Result<(), Failed> {
    const VERIFICATIONS: u64 = 2_000;
    let verifications = usize::try_from(VERIFICATIONS)?;
    let server = Server::start(&[]);
    runtime().block_on(async {
        // They were started by a service that leaves sending to others.
        let store = store(&server.url()).await;
        let starter = Engine::builder(Arc::new(store), keyring())
            .channel(SMS, Channel::new(Platform::Sms, Arc::new(Spoken)))
            .policy(Policy::default().with_send_mode(SendMode::Deferred))
            .build()
            .unwrap();
        for person in 0..VERIFICATIONS {
            starter.start(WORKSPACE, StartRequest::new(phone_number(person)).step(SMS)).await.unwrap();
        }
    });
    let mut processes: Vec<_> = (0..PROCESSES).map(|_| Process::start(&format!("due {}", server.url()))).collect();
    for process in &mut processes {
        assert_eq!(process.next_line().as_deref(), Some("ready"));
    }
    processes.iter_mut().for_each(Process::go);
    let mut sent = Vec::new();
    for process in processes {
        let (lines, status) = process.end();
        assert!(status.success());
        let own = lines.iter().filter(|line| line.starts_with("sent ")).count();
        assert!(own > verifications / PROCESSES / 3, "each does its share, and not {own}");
        sent.extend(lines.into_iter().filter(|line| line.starts_with("sent ")));
    }
    assert_eq!(sent.len(), verifications, "each once");
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), verifications, "and all of them");
    Ok(())
}
