//! Tasks that begin at the same moment.

use std::sync::Arc;

use tokio::sync::Barrier;

pub(super) const RACERS: usize = 8;

/// Starts [`RACERS`] tasks at the same moment and returns what each of them returned.
pub(super) async fn race<S, T, F>(subject: &Arc<S>, racer: impl Fn(usize, Arc<S>) -> F) -> Vec<T>
where
    S: ?Sized,
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(RACERS));
    let racers: Vec<_> = (0..RACERS)
        .map(|number| {
            let (barrier, run) = (Arc::clone(&barrier), racer(number, Arc::clone(subject)));
            tokio::spawn(async move {
                barrier.wait().await;
                run.await
            })
        })
        .collect();
    let mut results = Vec::new();
    for racer in racers {
        results.push(racer.await.expect("a racer gets an answer"));
    }
    results
}
