use std::io::{self, Write as _};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// A shutdown on SIGTERM or SIGINT. Accepted requests are finished; a second signal ends the process at once.
#[derive(Debug)]
pub(crate) struct Shutdown(watch::Receiver<bool>);

/// The exit code of a process that a signal ended: 128 and SIGTERM's number.
const AT_ONCE: i32 = 128 + 15;

impl Shutdown {
    /// Listens for signals.
    ///
    /// # Errors
    /// When the system has no signals.
    pub(crate) fn new() -> io::Result<Self> {
        let (begin, begun) = watch::channel(false);
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::spawn(async move {
            either(&mut term, &mut int).await;
            tracing::info!("shutting down: no more calls are taken, and those under way are finished");
            let _ = begin.send(true);
            either(&mut term, &mut int).await;
            let _ = writeln!(io::stderr(), "countersign-server: ended at once by a second signal");
            std::process::exit(AT_ONCE);
        });
        Ok(Self(begun))
    }

    /// Waits until the shutdown begins.
    pub(crate) fn begun(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut begun = self.0.clone();
        async move {
            // The sender lives as long as the runtime.
            let _ = begun.wait_for(|begun| *begun).await;
        }
    }
}

async fn either(term: &mut Signal, int: &mut Signal) {
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}
