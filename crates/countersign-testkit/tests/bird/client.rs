use std::time::Duration;

use countersign_testkit::bird::BirdCloud;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use uuid::Uuid;

/// Talks to a Bird as a client that knows nothing of doubles.
pub(crate) struct Caller {
    http: Client,
    url: String,
    workspace: Uuid,
    key: String,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Caller {
    pub(crate) fn of(bird: &BirdCloud) -> Self {
        // Another test may have installed it first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (url, key) = (bird.url().to_owned(), bird.access_key().to_owned());
        Self { http: Client::new(), url, workspace: bird.workspace(), key }
    }

    pub(crate) fn with_key(mut self, key: &str) -> Self {
        key.clone_into(&mut self.key);
        self
    }

    /// A request to a path of the workspace, with the key.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/workspaces/{}/{path}", self.url, self.workspace);
        self.http.request(method, url).header("authorization", format!("AccessKey {}", self.key))
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        answered(self.request(Method::GET, path).send().await.expect("an answer")).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answered {
        answered(self.try_post(path, body).await.expect("an answer")).await
    }

    pub(crate) async fn try_post(&self, path: &str, body: &Value) -> reqwest::Result<Response> {
        self.request(Method::POST, path).json(body).timeout(Duration::from_secs(20)).send().await
    }

    pub(crate) async fn send(&self, channel: Uuid, body: &Value) -> Answered {
        self.post(&format!("channels/{channel}/messages"), body).await
    }
}

pub(crate) async fn answered(response: Response) -> Answered {
    let status = response.status().as_u16();
    let text = response.text().await.expect("a whole body");
    Answered { status, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
}

pub(crate) fn sms(to: &str, text: &str, reference: &str) -> Value {
    json!({
        "receiver": { "contacts": [{ "identifierKey": "phonenumber", "identifierValue": to }] },
        "body": { "type": "text", "text": { "text": text } },
        "reference": reference,
    })
}

pub(crate) fn whatsapp(to: &str, code: &str) -> Value {
    json!({
        "receiver": { "contacts": [{ "identifierKey": "phonenumber", "identifierValue": to }] },
        "template": {
            "projectId": Uuid::from_u128(5), "version": "latest", "locale": "en",
            "parameters": [{ "type": "string", "key": "code", "value": code }],
        },
    })
}

pub(crate) fn email(to: &str, code: &str) -> Value {
    json!({
        "receiver": { "contacts": [{ "identifierKey": "emailaddress", "identifierValue": to }] },
        "body": { "type": "html", "html": {
            "html": format!("<p>{code}</p>"), "text": format!("It is {code}."), "metadata": { "subject": "Your code" },
        } },
    })
}
