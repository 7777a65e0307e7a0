//! Tasks that read beside a writer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use countersign::Store;
use tokio::task::JoinHandle;

const READERS: u64 = 3;

/// How many rounds of questions a reader asks beside one write at most: more would find nothing new, and not end.
const ROUNDS_BESIDE_A_WRITE: usize = 4;

/// Readers that ask beside each write, and once after the last one.
///
/// Neither side outruns the other, however fast the store is: a write waits for some rounds to end, and readers wait
/// for a write to begin. They wait by asking again and again, because a write to memory is over before a sleeper wakes.
pub(super) struct Readers<T> {
    tasks: Vec<JoinHandle<Vec<T>>>,
    pace: Arc<Pace>,
    rounds_before: u64,
}

#[derive(Default)]
struct Pace {
    writes: AtomicU64,
    rounds: AtomicU64,
    over: AtomicBool,
}

impl Pace {
    async fn read<T, F: Future<Output = T>>(self: Arc<Self>, ask: impl Fn() -> F) -> Vec<T> {
        let mut answers = Vec::new();
        let mut beside = self.writes.load(Ordering::SeqCst);
        let mut rounds = 0;
        loop {
            let last = self.over.load(Ordering::SeqCst);
            answers.push(ask().await);
            self.rounds.fetch_add(1, Ordering::SeqCst);
            if last {
                return answers;
            }
            rounds += 1;
            while rounds >= ROUNDS_BESIDE_A_WRITE && !self.over.load(Ordering::SeqCst) {
                tokio::task::yield_now().await;
                let writes = self.writes.load(Ordering::SeqCst);
                if writes != beside {
                    (beside, rounds) = (writes, 0);
                }
            }
        }
    }
}

impl<T: Send + 'static> Readers<T> {
    pub(super) fn start<F>(
        store: &Arc<dyn Store>,
        ask: impl Fn(Arc<dyn Store>) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = T> + Send + 'static,
    {
        let pace = Arc::new(Pace::default());
        let read = |_| {
            let (store, ask) = (Arc::clone(store), ask.clone());
            tokio::spawn(Arc::clone(&pace).read(move || ask(Arc::clone(&store))))
        };
        Self { tasks: (0..READERS).map(read).collect(), pace, rounds_before: 0 }
    }

    /// Waits until each reader has asked beside the write before: call it before each write.
    pub(super) async fn come_along(&mut self) {
        // A reader that is finished already has found something wrong, and `finish` will tell.
        while self.pace.rounds.load(Ordering::SeqCst) < self.rounds_before + READERS
            && !self.tasks.iter().any(JoinHandle::is_finished)
        {
            tokio::task::yield_now().await;
        }
        self.rounds_before = self.pace.rounds.load(Ordering::SeqCst);
        self.pace.writes.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) async fn finish(mut self) -> Vec<T> {
        self.pace.over.store(true, Ordering::SeqCst);
        let mut answers = Vec::new();
        for task in std::mem::take(&mut self.tasks) {
            answers.extend(task.await.expect("a reader finds nothing wrong"));
        }
        answers
    }
}

/// Stops the readers also when the writer ends early.
impl<T> Drop for Readers<T> {
    fn drop(&mut self) {
        self.pace.over.store(true, Ordering::SeqCst);
    }
}
