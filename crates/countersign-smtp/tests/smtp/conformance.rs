//! The contract of a transport, rule by rule, over a mail server on the loopback.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign::{Step, Transport};
use countersign_smtp::SmtpTransport;
use countersign_testkit::conformance::transport::{Arrived, ProviderBehavior, TransportHarness};
use countersign_testkit::fixtures;
use countersign_testkit::mail_server::{Event, MailServer, Mode};
use serde_json::json;

use crate::letters::{act, messages, reply, sender};

countersign_testkit::transport_conformance!(|| async { Smtp { server: MailServer::start(Mode::Plaintext) } });

#[derive(Debug)]
struct Smtp {
    server: MailServer,
}

#[async_trait]
impl TransportHarness for Smtp {
    async fn transport(&self, behavior: ProviderBehavior) -> Arc<dyn Transport> {
        // Everything happens behind the message: before that, nothing has arrived.
        let rule = match behavior {
            ProviderBehavior::Accept | ProviderBehavior::Unreachable => None,
            ProviderBehavior::Refuse => Some(reply("message", "550 5.7.1 go away")),
            ProviderBehavior::RefuseRepeatingTheRequest => Some(reply("message", "550 5.7.1 <{to}> {content}")),
            ProviderBehavior::RetryLater(_) => Some(reply("message", "451 4.3.0 come back later")),
            ProviderBehavior::Hang => Some(act("message", "hang")),
            ProviderBehavior::Close => Some(act("message", "close")),
            ProviderBehavior::Garbage => {
                Some(json!({ "phase": "message", "action": "garbage", "text": "what did you say?" }))
            }
        };
        self.server.behave(rule.as_slice());
        let port = match behavior {
            ProviderBehavior::Unreachable => unused_port(),
            _ => self.server.port(),
        };
        let builder = SmtpTransport::plaintext("127.0.0.1", messages()).port(port).sender(sender());
        Arc::new(builder.timeout(Duration::from_secs(2)).build().unwrap())
    }

    async fn arrived(&self) -> Vec<Arrived> {
        let offered = |event| match event {
            Event::Offered(mail) => {
                let id = mail.header("message-id").trim_start_matches('<');
                let reference = id.split_once('@').map(|(reference, _)| reference.to_owned());
                Some(Arrived { reference, text: mail.contents[0].clone() })
            }
            _ => None,
        };
        self.server.events().into_iter().filter_map(offered).collect()
    }

    fn step(&self) -> Step {
        fixtures::mail()
    }

    fn lease(&self) -> Duration {
        Duration::from_secs(10)
    }

    fn tells_when_to_retry(&self) -> bool {
        false
    }
}

/// A port without a listener.
fn unused_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap().port()
}
