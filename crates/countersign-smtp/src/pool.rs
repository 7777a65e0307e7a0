//! Connections that wait for the next message.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign::SendError;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use crate::phase::Phase;
use crate::reply;
use crate::server::Server;
use crate::session::Session;

/// For a server to answer `QUIT`; nobody waits for that but the connection's place.
const GOODBYE: Duration = Duration::from_secs(1);

/// At most so many connections, idle ones included.
///
/// A permit stands for a connection in use. A connection is opened by who holds a permit and found none idle, and an
/// idle one is closed under a permit, so that those in use and those idle never are more than permits.
pub(crate) struct Pool {
    server: Server,
    permits: Arc<Semaphore>,
    idle: Mutex<VecDeque<Idle>>,
    idle_timeout: Duration,
}

struct Idle {
    session: Session,
    since: Instant,
}

/// A connection in use. Dropped without being given back, it is closed.
pub(crate) struct Lease {
    pub(crate) session: Session,
    // Behind the session, so that it is dropped after it.
    permit: OwnedSemaphorePermit,
}

impl Pool {
    pub(crate) fn new(server: Server, max_connections: usize, idle_timeout: Duration) -> Self {
        let permits = Arc::new(Semaphore::new(max_connections));
        Self { server, permits, idle: Mutex::default(), idle_timeout }
    }

    /// A connection that is ready for `MAIL`: one that waited and still lives, or a new one.
    pub(crate) async fn take(&self, phase: &mut Phase) -> Result<Lease, SendError> {
        *phase = Phase::Queue;
        self.close_expired();
        loop {
            let permit = self.permits.clone().acquire_owned().await;
            let permit = permit.map_err(|_| reply::broken(*phase, "the transport is shut"))?;
            let Some(idle) = self.pop_newest() else {
                return Ok(Lease { session: Session::open(&self.server, phase).await?, permit });
            };
            if self.has_expired(&idle) {
                close(idle.session, permit);
                continue;
            }
            let mut session = idle.session;
            // A server may have closed it meanwhile, and nothing was handed over yet.
            if let Ok(true) = timeout(self.server.patience, session.reset()).await {
                return Ok(Lease { session, permit });
            }
            drop(session);
            return Ok(Lease { session: Session::open(&self.server, phase).await?, permit });
        }
    }

    /// Keeps the connection for the next message, unless it is of no more use.
    pub(crate) fn give_back(&self, lease: Lease) {
        if lease.session.is_in_step() {
            self.lock().push_back(Idle { session: lease.session, since: Instant::now() });
        }
        drop(lease.permit);
    }

    fn close_expired(&self) {
        let mut idle = self.lock();
        while idle.front().is_some_and(|oldest| self.has_expired(oldest)) {
            let Ok(permit) = self.permits.clone().try_acquire_owned() else { return };
            if let Some(oldest) = idle.pop_front() {
                close(oldest.session, permit);
            }
        }
    }

    fn pop_newest(&self) -> Option<Idle> {
        self.lock().pop_back()
    }

    fn has_expired(&self, idle: &Idle) -> bool {
        idle.since.elapsed() >= self.idle_timeout
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says goodbye, as a client must (RFC 5321, section 4.1.1.10), while others go on.
fn close(session: Session, permit: OwnedSemaphorePermit) {
    tokio::spawn(async move {
        session.quit(GOODBYE).await;
        drop(permit);
    });
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Without a runtime the connections are closed without a word.
        let Ok(runtime) = Handle::try_current() else { return };
        for idle in self.lock().drain(..) {
            runtime.spawn(idle.session.quit(GOODBYE));
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("server", &self.server)
            .field("idle", &self.lock().len())
            .field("free", &self.permits.available_permits())
            .finish_non_exhaustive()
    }
}
