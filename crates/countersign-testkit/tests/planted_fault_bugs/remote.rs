use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign::Store;
use countersign_testkit::NaiveStore;
use countersign_testkit::conformance::faults::{ConnectionFault, FaultyConnection};

use super::bug::Bug;
use super::link::Link;
use super::remote_store::RemoteStore;

/// A [`NaiveStore`] on the other side of a connection.
#[derive(Debug)]
pub(crate) struct Remote {
    server: Arc<NaiveStore>,
    link: Arc<Link>,
    store: Arc<RemoteStore>,
}

impl Remote {
    pub(crate) fn new(bug: Option<Bug>) -> Self {
        Self::of(|server, link| RemoteStore::new(server, link, bug))
    }

    pub(crate) fn that_tries_again() -> Self {
        Self::of(RemoteStore::that_tries_again)
    }

    fn of(client: impl FnOnce(Arc<NaiveStore>, Arc<Link>) -> RemoteStore) -> Self {
        let (server, link) = (Arc::new(NaiveStore::new()), Arc::new(Link::default()));
        let store = Arc::new(client(Arc::clone(&server), Arc::clone(&link)));
        Self { server, link, store }
    }
}

#[async_trait]
impl FaultyConnection for Remote {
    fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    fn witness(&self) -> Arc<dyn Store> {
        self.server.clone()
    }

    async fn fail(&self, fault: ConnectionFault) {
        self.link.fail(Some(fault));
    }

    async fn restore(&self) {
        self.link.fail(None);
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(1)
    }
}
