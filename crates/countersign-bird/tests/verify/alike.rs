//! One suite over all of them: the same calls, the same answers.

use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Limit, Order};
use countersign::{Recipient, StartRequest, StepIndex, WorkspaceId};
use countersign_api::{CheckRequest, CheckVerdict, ErrorResponse, ListQuery, Record, RecordId, StepBody, VerifyError};
use countersign_memory::MemoryStore;
use countersign_testkit::NaiveStore;
use countersign_testkit::fixtures::{channel, email, phone, workspace};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::stage::Stage;

/// A call, or time that passes. Verifications are named by how many were started after them.
#[derive(Debug, Clone)]
enum Operation {
    Start { steps: u8, checks: u8 },
    StartNowhere,
    Check { back: usize, digits: Digits },
    Resend { back: usize, step: Option<u8> },
    Failover { back: usize, step: Option<u8> },
    Get { back: usize },
    GetElsewhere { back: usize },
    GetNothing,
    List { limit: usize, oldest_first: bool, goes_on: bool },
    Wait { seconds: u64 },
}

#[derive(Debug, Clone, Copy)]
enum Digits {
    Right,
    Wrong,
    TooMany,
}

fn calls() -> impl Strategy<Value = Vec<Operation>> {
    let digits = prop_oneof![2 => Just(Digits::Right), 3 => Just(Digits::Wrong), 1 => Just(Digits::TooMany)];
    let step = || prop::option::of(0_u8..4);
    let call = prop_oneof![
        4 => (1_u8..=2, 1_u8..=4).prop_map(|(steps, checks)| Operation::Start { steps, checks }),
        1 => Just(Operation::StartNowhere),
        6 => (0_usize..3, digits).prop_map(|(back, digits)| Operation::Check { back, digits }),
        3 => (0_usize..3, step()).prop_map(|(back, step)| Operation::Resend { back, step }),
        3 => (0_usize..3, step()).prop_map(|(back, step)| Operation::Failover { back, step }),
        1 => (0_usize..3).prop_map(|back| Operation::Get { back }),
        1 => (0_usize..3).prop_map(|back| Operation::GetElsewhere { back }),
        1 => Just(Operation::GetNothing),
        2 => (1_usize..4, any::<bool>(), any::<bool>())
            .prop_map(|(limit, oldest_first, goes_on)| Operation::List { limit, oldest_first, goes_on }),
        2 => prop_oneof![1_u64..60, Just(600)].prop_map(|seconds| Operation::Wait { seconds }),
    ];
    prop::collection::vec(call, 1..25)
}

/// What came of it: a record or a page as JSON, or the refusal.
type Told = Result<Value, Box<ErrorResponse>>;

/// One run of calls over one stage.
struct Run<'a> {
    stage: &'a Stage,
    started: Vec<Record>,
    token: Option<String>,
}

impl Run<'_> {
    fn of(stage: &Stage) -> Run<'_> {
        Run { stage, started: Vec::new(), token: None }
    }

    async fn all(mut self, calls: &[Operation]) -> Vec<Told> {
        let mut told = Vec::new();
        for call in calls {
            // So that no two verifications start in one millisecond, in which their order is that of chance.
            self.stage.clock.advance(Duration::from_millis(1));
            told.extend(self.make(call).await.map(|answer| answer.map_err(refused)));
        }
        told
    }

    /// Makes the call; none when there is nothing yet to call about.
    async fn make(&mut self, call: &Operation) -> Option<Result<Value, VerifyError>> {
        let Stage { verifier, workspace: here, clock, .. } = self.stage;
        let here = *here;
        let choice = |step: &Option<u8>| step.map(StepIndex::new).map(StepBody::from).unwrap_or_default();
        let answer = match call {
            Operation::Start { steps, checks } => {
                let answer = verifier.start(here, self.request(*steps, *checks)).await;
                self.started.extend(answer.clone());
                answer
            }
            Operation::StartNowhere => verifier.start(here, StartRequest::new(email()).step(channel(99))).await,
            Operation::Check { back, digits } => {
                let record = self.back(*back)?;
                let verdict = verifier.check(here, record.id, self.typed(record, *digits)).await;
                return Some(verdict.map(|verdict| match verdict {
                    CheckVerdict::Verified(record) => json!(record),
                    CheckVerdict::Mismatch { failed, remaining } => json!({ "wrong": [failed, remaining] }),
                    CheckVerdict::Exhausted => json!({ "wrong": "and the last" }),
                }));
            }
            Operation::Resend { back, step } => verifier.resend(here, self.back(*back)?.id, choice(step)).await,
            Operation::Failover { back, step } => verifier.failover(here, self.back(*back)?.id, choice(step)).await,
            Operation::Get { back } => verifier.get(here, self.back(*back)?.id).await,
            Operation::GetElsewhere { back } => {
                let elsewhere: WorkspaceId = workspace(9);
                verifier.get(elsewhere, self.back(*back)?.id).await
            }
            Operation::GetNothing => {
                let nothing: RecordId = "123e4567-e89b-12d3-a456-426614174000".parse().unwrap();
                verifier.get(here, nothing).await
            }
            Operation::List { limit, oldest_first, goes_on } => {
                let query = ListQuery {
                    limit: Some(Limit::new(*limit).unwrap()),
                    order: if *oldest_first { Order::OldestFirst } else { Order::NewestFirst },
                    page_token: self.token.take().filter(|_| *goes_on),
                    ..ListQuery::default()
                };
                let page = verifier.list(here, &query).await;
                self.token = page.as_ref().ok().and_then(|page| page.next_page_token.clone());
                return Some(page.map(|page| json!(page)));
            }
            Operation::Wait { seconds } => {
                clock.advance(Duration::from_secs(*seconds));
                return None;
            }
        };
        Some(answer.map(|record| json!(record)))
    }

    fn request(&self, steps: u8, checks: u8) -> StartRequest {
        let request =
            StartRequest::new(Recipient::both(phone(), email())).max_attempts(checks.to_string().parse().unwrap());
        let request = request.step(self.stage.sms);
        if steps == 2 { request.step(self.stage.email) } else { request }
    }

    fn back(&self, back: usize) -> Option<&Record> {
        self.started.iter().rev().nth(back)
    }

    fn typed(&self, record: &Record, digits: Digits) -> CheckRequest {
        let right = self.stage.code(record);
        let first = if right.starts_with('9') { '0' } else { '9' };
        let typed = match digits {
            Digits::Right => right,
            Digits::Wrong => format!("{first}{}", &right[1..]),
            Digits::TooMany => right + "0",
        };
        CheckRequest::parse(&typed).unwrap()
    }
}

/// The refusal, whose wait a client believes up to a minute.
fn refused(error: VerifyError) -> Box<ErrorResponse> {
    let refused = error.refused().cloned().unwrap_or_else(|| panic!("{error}"));
    let wait = refused.retry_after.map(|wait| wait.min(Duration::from_secs(60)));
    Box::new(refused.with_retry_after(wait))
}

/// What any service has to say alike, whatever its ids and its wording.
fn gist(told: &Told) -> Value {
    let record = |record: &Value| {
        let steps = record["steps"].as_array().unwrap().iter();
        let steps: Vec<_> = steps
            .map(|step| json!([step["status"], step["identifier"], step["attempts"].as_array().unwrap().len()]))
            .collect();
        let names = ["status", "failedAttempts", "maxAttempts", "currentStepIndex", "locale", "createdAt", "expiresAt"];
        json!([names.map(|name| &record[name]), steps])
    };
    match told {
        Ok(page) if page["results"].is_array() => {
            let records: Vec<_> = page["results"].as_array().unwrap().iter().map(record).collect();
            json!([records, page["nextPageToken"].is_string()])
        }
        Ok(verdict) if !verdict["wrong"].is_null() => verdict.clone(),
        Ok(one) => record(one),
        Err(refused) => {
            let counts = [refused.body.failed_attempts(), refused.body.remaining_attempts()];
            let paths: Vec<_> = refused.body.faults().map(|(path, _)| path).collect();
            json!([refused.status, refused.body.code, refused.retry_after, counts, paths])
        }
    }
}

fn run(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_engine_behind_the_wire_answers_like_the_engine(calls in calls()) {
        run(async {
            let naive = Stage::engine(Arc::new(NaiveStore::new()), 30);
            let expected = Run::of(&naive).all(&calls).await;
            let memory = Stage::engine(Arc::new(MemoryStore::new()), 30);
            assert_eq!(Run::of(&memory).all(&calls).await, expected);
            let hosted = Stage::hosted(30).await;
            assert_eq!(Run::of(&hosted).all(&calls).await, expected);
        });
    }

    #[test]
    fn bird_answers_like_an_engine_without_a_cooldown(mut calls in calls(), always_oldest_first: bool) {
        // Whether Bird refuses a token of another order, nobody knows.
        for call in &mut calls {
            if let Operation::List { oldest_first, .. } = call {
                *oldest_first = always_oldest_first;
            }
        }
        run(async {
            let engine = Stage::engine(Arc::new(NaiveStore::new()), 0);
            let expected: Vec<_> = Run::of(&engine).all(&calls).await.iter().map(gist).collect();
            let bird = Stage::bird();
            let told: Vec<_> = Run::of(&bird).all(&calls).await.iter().map(gist).collect();
            assert_eq!(told, expected);
        });
    }
}
