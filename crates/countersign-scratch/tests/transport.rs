//! A transport over a line protocol on TCP.
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use countersign::*;
use countersign_testkit::conformance::transport::{Arrived, ProviderBehavior, TransportHarness};
use countersign_testkit::{fixtures, transport_conformance};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug)]
struct Tiny(u16);

#[async_trait]
impl Transport for Tiny {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.0)).await else {
            return Err(SendError::NotSent { retry_after: None, detail: None });
        };
        let line =
            format!("{} {} {}\n", dispatch.reference(), dispatch.address().canonical(), dispatch.code().expose());
        let unknown = || SendError::Unknown { detail: None };
        stream.write_all(line.as_bytes()).await.map_err(|_| unknown())?;
        let mut answer = String::new();
        let read =
            tokio::time::timeout(Duration::from_millis(300), BufReader::new(stream).read_line(&mut answer)).await;
        read.map_err(|_| unknown())?.map_err(|_| unknown())?;
        match answer.split_whitespace().next() {
            Some("OK") => Ok(Receipt::ByReference { message_id: None }),
            Some("NO") => Err(SendError::Refused { detail: None }),
            Some("LATER") => {
                let after =
                    answer.split_whitespace().nth(1).and_then(|secs| secs.parse().ok()).map(Duration::from_secs);
                Err(SendError::NotSent { retry_after: after, detail: None })
            }
            _ => Err(unknown()),
        }
    }
}

#[derive(Debug, Default)]
struct Harness(Arc<Mutex<Vec<Arrived>>>);

#[async_trait]
impl TransportHarness for Harness {
    async fn transport(&self, behavior: ProviderBehavior) -> Arc<dyn Transport> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let arrived = self.0.clone();
        if behavior != ProviderBehavior::Unreachable {
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, behavior, arrived.clone()));
                }
            });
        }
        Arc::new(Tiny(port))
    }

    async fn arrived(&self) -> Vec<Arrived> {
        self.0.lock().unwrap().clone()
    }

    fn step(&self) -> Step {
        fixtures::sms()
    }

    fn lease(&self) -> Duration {
        Duration::from_secs(5)
    }
}

async fn serve(stream: TcpStream, behavior: ProviderBehavior, arrived: Arc<Mutex<Vec<Arrived>>>) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    let (reference, text) = line.split_once(' ').unwrap();
    arrived.lock().unwrap().push(Arrived { reference: Some(reference.to_owned()), text: text.to_owned() });
    let answer = match behavior {
        ProviderBehavior::Accept => "OK\n".to_owned(),
        ProviderBehavior::Refuse => "NO\n".to_owned(),
        ProviderBehavior::RefuseRepeatingTheRequest => format!("NO {line}"),
        ProviderBehavior::RetryLater(None) => "LATER\n".to_owned(),
        ProviderBehavior::RetryLater(Some(after)) => format!("LATER {}\n", after.as_secs()),
        ProviderBehavior::Garbage => "\u{1f511}\n".to_owned(),
        ProviderBehavior::Hang => std::future::pending().await,
        ProviderBehavior::Close | ProviderBehavior::Unreachable => return,
    };
    stream.get_mut().write_all(answer.as_bytes()).await.unwrap();
}

transport_conformance!(|| async { Harness::default() });
