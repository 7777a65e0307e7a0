use std::collections::{BTreeSet, HashSet, VecDeque};
use std::time::Duration;

use countersign::{
    Attempt, ChannelId, CheckOutcome, EmailAddress, Event, HostData, Limits, Locale, MaxAttempts, PhoneNumber, Plan,
    Platform, Policy, Receipt, Recipient, ReportedStatus, Route, SendError, SendTask, Start, Step, Timestamp,
    Verification, WorkspaceId,
};
use countersign_testkit::history::{Act, Guess, Life, Operation, Pause, Told, keyring};
use uuid::Uuid;

/// From one status to another, and why; from nowhere when something begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    pub(crate) from: Option<String>,
    pub(crate) to: String,
    pub(crate) cause: String,
}

/// Every edge that was seen.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Edges {
    pub(crate) verification: BTreeSet<Edge>,
    pub(crate) attempt: BTreeSet<Edge>,
}

fn edge(from: Option<&str>, to: &str, cause: &str) -> Edge {
    Edge { from: from.map(str::to_owned), to: to.to_owned(), cause: cause.to_owned() }
}

/// What tells two points of a life apart, as far as the next acts can: everything but the times.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Point {
    status: &'static str,
    current_step: u8,
    failed_checks: u8,
    attempts: Vec<(u8, &'static str, bool, Option<u8>)>,
}

/// Walks through every point that a small verification can reach: two steps on two platforms, the first with a delivery
/// timeout, two wrong codes, three messages, one try after an unknown outcome.
pub(crate) fn edges() -> Edges {
    let ring = keyring();
    let mut edges = Edges::default();
    let begun = Timestamp::from_millis(1_800_000_000_000);
    let (life, started) = Life::start(small(), &ring, 1, begun);
    edges.verification.insert(edge(None, started.next.status(begun).as_str(), "start"));
    edges.attempt.insert(edge(None, started.next.attempts()[0].status().as_str(), "start"));

    let mut seen = HashSet::from([point(&life)]);
    let mut open = VecDeque::from([life]);
    while let Some(life) = open.pop_front() {
        for (pause, act) in acts(&life) {
            let mut next = life.clone();
            if let Some(pause) = pause {
                let was = next.record().status(next.now());
                next.pause(pause);
                let is = next.record().status(next.now());
                if was != is {
                    edges.verification.insert(edge(Some(was.as_str()), is.as_str(), "time runs out"));
                }
            }
            let told = next.tell(act);
            note(&told, &mut edges);
            if seen.insert(point(&next)) {
                open.push_back(next);
            }
        }
    }
    edges
}

fn small() -> Start {
    let phone = PhoneNumber::parse("+31612345678").expect("a number");
    let recipient = Recipient::both(phone, EmailAddress::parse("grace@example.com").expect("an address"));
    let route = |number| Route::Channel(ChannelId::new(Uuid::from_u128(number)));
    let steps = vec![
        Step::new(route(1), Platform::Sms).with_delivery_timeout(Duration::from_secs(60)),
        Step::new(route(2), Platform::Email),
    ];
    Start {
        workspace: WorkspaceId::new(Uuid::from_u128(3)),
        plan: Plan::new(steps, &recipient).expect("a plan for both addresses"),
        recipient,
        locale: Locale::default(),
        limits: Limits { max_attempts: MaxAttempts::new(2).expect("in bounds"), ..Limits::default() },
        policy: Policy::default().with_resend_cooldown(Duration::ZERO).with_message_cap(3).with_unknown_retries(1),
        host_data: HostData::default(),
    }
}

fn point(life: &Life<'_>) -> Point {
    let record = life.record();
    let latest_try = |number: usize| {
        life.tasks().iter().rev().find(|task| usize::from(task.attempt) == number).map(|task| task.try_number)
    };
    let attempt = |(number, attempt): (usize, &Attempt)| {
        (attempt.step().get(), attempt.status().as_str(), attempt.sent_at().is_some(), latest_try(number))
    };
    Point {
        status: record.status(life.now()).as_str(),
        current_step: record.current_step().get(),
        failed_checks: record.failed_checks(),
        attempts: record.attempts().iter().enumerate().map(attempt).collect(),
    }
}

/// Everything that can happen next: now, or when the next timeout is due, or when the time has run out.
fn acts(life: &Life<'_>) -> Vec<(Option<Pause>, Act)> {
    let mut acts = vec![Act::Resend(None), Act::Failover(None), Act::Cancel];
    acts.extend([Guess::Right, Guess::Wrong(0)].map(|guess| life.act(&Operation::Check(guess))));
    let results = [
        Ok(Receipt::ByReference { message_id: None }),
        Err(SendError::Refused { detail: None }),
        Err(SendError::NotSent { retry_after: None, detail: None }),
        Err(SendError::Unknown { detail: None }),
    ];
    let latest = |attempt| life.tasks().iter().rev().find(move |task: &&SendTask| task.attempt == attempt);
    let reports = [
        ReportedStatus::Accepted,
        ReportedStatus::Sent,
        ReportedStatus::Delivered,
        ReportedStatus::SendingFailed { detail: None },
        ReportedStatus::DeliveryFailed { detail: None },
    ];
    for (attempt, _) in (0_u8..).zip(life.record().attempts()) {
        if let Some(task) = latest(attempt) {
            acts.extend(results.iter().map(|result| Act::Sent { task: *task, result: result.clone() }));
        }
        acts.extend(reports.iter().map(|status| Act::Report { attempt, status: status.clone() }));
    }
    let mut acts: Vec<_> = acts.into_iter().map(|act| (None, act)).collect();
    acts.push((Some(Pause::UntilDue(0)), Act::Timeout));
    acts.push((Some(Pause::UntilExpiry(0)), Act::Timeout));
    acts
}

/// Writes down what one act did to the verification and to its messages.
fn note(told: &Told, edges: &mut Edges) {
    let Some(change) = told.outcome.transition() else { return };
    let status = |record: &Verification| record.status(told.now).as_str();
    let (was, is) = (status(&told.before), status(&told.after));
    let automatic = change.events.iter().any(|event| matches!(event, Event::FailedOver { automatic: true, .. }));
    let cause = match &told.act {
        Act::Check { .. } => match change.reply.expect("a check is answered") {
            CheckOutcome::Verified => "right code",
            CheckOutcome::Mismatch { .. } => "wrong code",
            CheckOutcome::Exhausted => "last wrong code",
        },
        Act::Resend(_) => "resend",
        Act::Failover(_) => "failover",
        Act::Cancel => "cancel",
        Act::Sent { result: Ok(_), .. } => "handed over",
        Act::Sent { result: Err(SendError::Refused { .. }), .. } => "refused",
        Act::Sent { result: Err(_), .. } => "not sent",
        Act::Report { .. } => "report",
        Act::Timeout => "timeout",
    };
    // An act that leaves the status alone is worth an arrow when somebody asked for it.
    if was != is || !told.act.is_fact() {
        edges.verification.insert(edge(Some(was), is, cause));
    } else if automatic {
        edges.verification.insert(edge(Some(was), is, "failover by itself"));
    }
    for (number, after) in change.next.attempts().iter().enumerate() {
        let to = after.status().as_str();
        match told.before.attempts().get(number) {
            None => {
                let cause = if automatic { "failover by itself" } else { cause };
                edges.attempt.insert(edge(None, to, cause));
            }
            Some(before) if before.status() != after.status() || before != after => {
                edges.attempt.insert(edge(Some(before.status().as_str()), to, cause));
            }
            Some(_) => {}
        }
    }
}
