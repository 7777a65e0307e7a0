//! Whom the client tells its key.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use countersign_bird::{AccessKey, Bird};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

use crate::test_client::{KEY, WORKSPACE, messages, outcome, send};

/// A server for that name, and the authority that vouches for it. It answers one request and stops.
struct Secure {
    port: u16,
    authority: String,
    served: thread::JoinHandle<String>,
}

fn secure(name: &str) -> Secure {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = Stream::new(&mut connection, &mut socket);
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            request.extend_from_slice(&buffer[..count]);
            // The last brace of the body.
            if request.ends_with(b"}") {
                let _ = stream.write_all(b"HTTP/1.1 202 -\r\ncontent-length: 2\r\n\r\n{}");
                break;
            }
        }
        String::from_utf8(request).unwrap()
    });
    Secure { port, authority: authority.pem(), served }
}

fn client(server: &Secure) -> countersign_bird::BirdBuilder {
    Bird::builder(AccessKey::new(KEY).unwrap()).base_url(format!("https://localhost:{}", server.port)).retries(0)
}

#[tokio::test]
async fn a_server_that_a_given_authority_vouches_for_gets_the_message() {
    let server = secure("localhost");
    let bird = client(&server).root_certificate(&server.authority).build().unwrap();
    send(&bird.transport(WORKSPACE, messages()), 1).await.unwrap();
    assert!(server.served.join().unwrap().contains(KEY));
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_gets_nothing() {
    let server = secure("localhost");
    let bird = client(&server).build().unwrap();
    let result = send(&bird.transport(WORKSPACE, messages()), 1).await;
    assert_eq!(outcome(&result), ("not sent", "no connection"));
    assert_eq!(server.served.join().unwrap(), "");
}

#[tokio::test]
async fn a_server_with_another_name_gets_nothing() {
    let server = secure("elsewhere.example");
    let bird = client(&server).root_certificate(&server.authority).build().unwrap();
    let result = send(&bird.transport(WORKSPACE, messages()), 1).await;
    assert_eq!(outcome(&result), ("not sent", "no connection"));
    assert_eq!(server.served.join().unwrap(), "");
}
