use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::poll_immediate;
use tokio_util::task::TaskTracker;

/// What became of a call.
pub(crate) enum Finished<T> {
    /// It ended.
    Done(T),
    /// It goes on, but not in the time that somebody waits for it.
    Late,
    /// It panicked.
    Broken,
}

/// Carries a call to its end, whether or not anybody waits for the answer: a client that hangs up leaves no message
/// unsent.
///
/// What ends at once, as over memory, ends right here; the rest goes on in a task of its own.
pub(crate) async fn finish<T: Send + 'static>(
    call: impl Future<Output = T> + Send + 'static,
    time: Duration,
    tracker: &TaskTracker,
) -> Finished<T> {
    let mut call: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(AssertUnwindSafe(call).catch_unwind());
    if let Some(ended) = poll_immediate(&mut call).await {
        return ended.map_or(Finished::Broken, Finished::Done);
    }
    // Polled again at once by the task, which is woken from then on.
    match tokio::time::timeout(time, tracker.spawn(call)).await {
        Ok(Ok(Ok(done))) => Finished::Done(done),
        Ok(Ok(Err(_)) | Err(_)) => Finished::Broken,
        Err(_) => Finished::Late,
    }
}
