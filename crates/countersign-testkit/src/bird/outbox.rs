use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use countersign::Timestamp;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde_json::Value;
use uuid::Uuid;

use super::habits::{Order, WebhookBehavior};
use super::status::Status;
use super::webhook::{Delivery, Subscription, sign};

/// Bird stops to repeat an event that nobody takes.
const GIVES_UP_AFTER: Duration = Duration::from_secs(8 * 3600);
const FIRST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// What is still to be told, and to whom. Its time is its own: waits between repeats are counted, and nobody waits.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    pub(super) habits: WebhookBehavior,
    pub(super) subscriptions: Vec<Subscription>,
    /// What becomes of messages, and has not happened yet.
    pub(super) to_come: VecDeque<(Uuid, Status)>,
    pub(super) log: Vec<Delivery>,
    letters: Vec<Letter>,
    elapsed: Duration,
}

/// An event on its way to one subscriber.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    /// As it will be tried next.
    pub(super) delivery: Delivery,
    pub(super) post_to: String,
    /// By the outbox's own time.
    due: Duration,
}

impl Outbox {
    /// Writes a letter to each subscriber.
    pub(super) fn write(&mut self, message: Option<Uuid>, event: &Value, request_id: Uuid, now: Timestamp) {
        let body: Arc<[u8]> = event.to_string().into_bytes().into();
        let stale = u64::try_from(self.habits.stale_by.as_millis()).unwrap_or(u64::MAX);
        let timestamp = (now.as_millis().saturating_sub(stale) / 1000).to_string();
        for to in &self.subscriptions {
            let delivery = Delivery {
                message,
                request_id,
                url: to.url.clone(),
                timestamp: timestamp.clone(),
                signature: sign(&to.key, &timestamp, &to.url, &body),
                body: Arc::clone(&body),
                try_number: 1,
                after: Duration::ZERO,
                answered: None,
            };
            let letter = Letter { delivery, post_to: to.post_to.clone(), due: self.elapsed };
            self.letters.extend(std::iter::repeat_n(letter, 1 + usize::from(self.habits.copies)));
        }
    }

    /// Whether nothing is left to happen or to be told.
    pub(super) fn is_empty(&self) -> bool {
        self.to_come.is_empty() && self.letters.is_empty()
    }

    /// Takes out every letter that fits, in the order in which they are to come.
    pub(super) fn take(&mut self, fits: impl Fn(&Letter) -> bool, seeded: &mut StdRng) -> Vec<Letter> {
        let mut letters: Vec<_> = self.letters.extract_if(.., |letter| fits(letter)).collect();
        match self.habits.order {
            Order::AsTheyHappened => {}
            Order::Shuffled => letters.shuffle(seeded),
            Order::Reversed => letters.reverse(),
        }
        letters
    }

    /// Takes out the letters whose turn it is, and lets the time until then pass.
    pub(super) fn take_next(&mut self, seeded: &mut StdRng) -> Vec<Letter> {
        let Some(due) = self.letters.iter().map(|letter| letter.due).min() else { return Vec::new() };
        self.elapsed = self.elapsed.max(due);
        self.take(|letter| letter.due == due, seeded)
    }

    /// Notes what came of a letter, and keeps one that was not taken for the next try.
    pub(super) fn came_back(&mut self, mut letter: Letter) {
        self.log.push(letter.delivery.clone());
        let delivery = &mut letter.delivery;
        if delivery.is_taken() {
            return;
        }
        let wait = FIRST_WAIT.saturating_mul(1 << (delivery.try_number - 1).min(16)).min(LONGEST_WAIT);
        delivery.after += wait;
        delivery.try_number += 1;
        delivery.answered = None;
        letter.due += wait;
        if letter.delivery.after <= GIVES_UP_AFTER {
            self.letters.push(letter);
        }
    }
}
