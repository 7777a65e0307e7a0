use std::io::{self, Write as _};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// The end, which SIGTERM or SIGINT begins. What was accepted is finished then; a second signal ends it at once.
#[derive(Debug)]
pub(crate) struct Shutdown(watch::Receiver<bool>);

/// What shells and supervisors expect of a process that a signal ended: 128 and SIGTERM's number.
const AT_ONCE: i32 = 128 + 15;

impl Shutdown {
    /// Listens for signals from now on.
    ///
    /// # Errors
    /// When the system gives none.
    pub(crate) fn new() -> io::Result<Self> {
        let (begin, begun) = watch::channel(false);
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::spawn(async move {
            either(&mut term, &mut int).await;
            tracing::info!("ending: no more calls are taken, and those under way are finished");
            let _ = begin.send(true);
            either(&mut term, &mut int).await;
            let _ = writeln!(io::stderr(), "countersign-server: ended at once, as a second signal asked");
            std::process::exit(AT_ONCE);
        });
        Ok(Self(begun))
    }

    /// Waits for its beginning.
    pub(crate) fn begun(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut begun = self.0.clone();
        async move {
            // Who sends lives as long as the runtime.
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
