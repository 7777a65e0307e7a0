//! What is logged: references, statuses and request ids.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use std::time::Duration;

use countersign::CheckOutcome;
use countersign_testkit::bird::{Answer, Failure, Fate, Habits, Of, Taken};
use countersign_testkit::{FaultPlan, When, fixtures};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::end_to_end::house::House;
use crate::office::Office;
use crate::server::{Server, answer_with};
use crate::signed::{SIGNING_KEY, Signed, URL};
use crate::world::{KEY, dispatch, send, transport};

#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// One test for all of it: it owns the program's only subscriber.
#[tokio::test]
async fn neither_code_nor_address_nor_key_is_logged() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false).without_time();
    tracing::subscriber::set_global_default(subscriber.with_writer(log.clone()).finish()).expect("the only subscriber");

    let server = Server::start().await;
    let dispatch = dispatch(4711);
    let (code, phone) = (dispatch.code().expose(), fixtures::phone_number(4711).e164());
    let repeated = serde_json::json!({ "code": code, "message": phone }).to_string();
    let headers = [("x-request-id", "req-4711")];
    server.then([answer_with(401, &headers, &repeated), answer_with(429, &headers, &repeated)]);
    for _ in 0..3 {
        let _ = send(&transport(&server), 4711).await;
    }
    let office = Office::new();
    let verification = office.start(&[1]).await;
    office.report(&verification, 0, "delivery_failed").await;
    office.deliver(&Signed::by("a-guessed-signing-key", "+31612345678")).await;
    office.deliver(&Signed::new("+31612345678")).await;

    let told = whole_flow().await;

    let text = log.text();
    assert!(text.contains(&dispatch.reference().to_string()), "{text}");
    assert!(text.contains("req-4711"), "{text}");
    for secret in [code, &phone[1..], "31612345678", KEY, SIGNING_KEY] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(told.references.iter().all(|reference| text.contains(reference)), "{text}");
    for secret in &told.secrets {
        // A code may stand by chance inside of a reference, and never as a word of its own.
        let is_code = secret.len() == 6;
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let is_there = if is_code { words.any(|word| word == secret) } else { text.contains(secret) };
        assert!(!is_there, "{secret} in {text}");
    }
}

struct Told {
    references: Vec<String>,
    secrets: Vec<String>,
}

/// Sends everything, has it answered in every way and reported on, forged and while the store is away, and gives what
/// must be in the log, and what must not.
async fn whole_flow() -> Told {
    let house = House::new(4712).await;
    house.bird.fate(Of::Platform("whatsapp"), Fate::DeliveryFailed(Failure::unknown_subscriber()));
    house.bird.habits(Habits::default().shuffled());
    let mut started = Vec::new();
    for (number, step) in (4712..).zip([house.sms, house.email, house.whatsapp, house.navigator]) {
        house.bird.script(Answer::Status(429)).script(Answer::Reset(Taken::Kept));
        started.push(house.start(number, &[step, house.sms]).await);
    }
    house.bird.storm(4, 422);
    for _ in 0..4 {
        house.later(Duration::from_secs(30)).await;
    }
    house.store.plan(Some(FaultPlan::from(0, When::Before)));
    house.bird.deliver_now().await;
    house.store.plan(None);
    house.bird.settle().await;
    assert_eq!(house.post(URL, &[], house.bird.deliveries()[0].body.to_vec()).await, 401);
    let messages = house.bird.messages();
    assert!(messages.len() > 4 && house.answered().contains(&Some(503)));
    let mut secrets: Vec<String> = messages.iter().map(|message| message.code().unwrap().to_owned()).collect();
    secrets.extend(messages.iter().map(|message| message.to().trim_start_matches('+').to_owned()));
    secrets.extend([house.bird.access_key().to_owned(), SIGNING_KEY.to_owned()]);
    for verification in &started {
        assert_eq!(house.check(verification, "000000").await, CheckOutcome::Mismatch { failed: 1, remaining: 2 });
    }
    Told { references: started.iter().map(|verification| verification.attempt_id(0).to_string()).collect(), secrets }
}
