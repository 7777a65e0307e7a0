//! The contract of a transport, rule by rule, over a server on the loopback.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use countersign::{Step, Transport};
use countersign_testkit::conformance::transport::{Arrived, ProviderBehavior, TransportHarness};
use countersign_testkit::fixtures::{mail, sms, whatsapp};
use tokio::net::TcpListener;

use crate::server::{Act, Server, answer, answer_with};
use crate::test_client::{WORKSPACE, client, messages};

mod text_messages {
    countersign_testkit::transport_conformance!(|| async { super::Bird::sending(super::sms()) });
}

mod whatsapp {
    countersign_testkit::transport_conformance!(|| async { super::Bird::sending(super::whatsapp()) });
}

mod email {
    countersign_testkit::transport_conformance!(|| async { super::Bird::sending(super::mail()) });
}

/// More than one rule sends at a time.
const MANY: usize = 32;

struct Bird {
    step: Step,
    /// One for each behavior.
    servers: Mutex<Vec<Server>>,
}

impl Bird {
    fn sending(step: Step) -> Self {
        Self { step, servers: Mutex::default() }
    }
}

impl fmt::Debug for Bird {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bird").field("step", &self.step).finish_non_exhaustive()
    }
}

#[async_trait]
impl TransportHarness for Bird {
    async fn transport(&self, behavior: ProviderBehavior) -> Arc<dyn Transport> {
        let server = Server::start().await;
        let act = match behavior {
            ProviderBehavior::Accept | ProviderBehavior::Unreachable => answer(202, r#"{"status":"accepted"}"#),
            ProviderBehavior::Refuse => answer(422, r#"{"code":"InvalidPayload","message":"no"}"#),
            ProviderBehavior::RefuseRepeatingTheRequest => Act::Repeat(422),
            ProviderBehavior::RetryLater(None) => answer(429, ""),
            ProviderBehavior::RetryLater(Some(after)) => {
                answer_with(429, &[("retry-after", &after.as_secs().to_string())], "")
            }
            ProviderBehavior::Hang => Act::Hang,
            ProviderBehavior::Close => Act::Close,
            ProviderBehavior::Garbage => Act::Raw(b"220 mail.example ESMTP\r\n".to_vec()),
        };
        server.then(vec![act; MANY]);
        let mut client = client(&server);
        if behavior == ProviderBehavior::Unreachable {
            client = client.base_url(unused_url().await);
        }
        self.servers.lock().unwrap_or_else(PoisonError::into_inner).push(server);
        // As a host sets it up, tries of its own among them, but less patient.
        let client = client.timeout(Duration::from_secs(2)).connect_timeout(Duration::from_secs(1));
        Arc::new(client.build().unwrap().transport(WORKSPACE, messages()))
    }

    async fn arrived(&self) -> Vec<Arrived> {
        let servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let requests = servers.iter().flat_map(Server::arrived);
        requests
            .map(|request| Arrived {
                reference: request.json()["reference"].as_str().map(str::to_owned),
                text: String::from_utf8(request.body).unwrap(),
            })
            .collect()
    }

    fn step(&self) -> Step {
        self.step.clone()
    }

    fn lease(&self) -> Duration {
        Duration::from_secs(10)
    }
}

/// A port without a listener.
async fn unused_url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}
