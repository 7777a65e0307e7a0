use std::sync::Arc;

use async_trait::async_trait;
use countersign::{Dispatch, MessageId, Platform, Receipt, Route, SendError, Template, Transport};
use serde_json::{Value, json};
use uuid::Uuid;

use super::wire;
use crate::bird::cloud::{Cloud, Inner};

/// How the service's messages go out: by the workspace's own channels, beside those that are posted.
#[derive(Debug)]
pub(super) struct Carrier(pub(super) Arc<Cloud>);

#[async_trait]
impl Transport for Carrier {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let cloud = &*self.0;
        let mut inner = cloud.lock();
        let Some((channel, navigator)) = choose(&mut inner, dispatch.step().effective_route()) else {
            return Err(SendError::Refused { detail: None });
        };
        let message = inner.keep(&channel, navigator, posted(dispatch), cloud.clock.now());
        let arrived = inner.messages.len();
        drop(inner);
        cloud.arrived.send_replace(arrived);
        Ok(Receipt::ByMessageId { message_id: MessageId::from_uuid(message.id) })
    }
}

fn choose(inner: &mut Inner, route: Route) -> Option<(crate::bird::channel::Channel, Option<Uuid>)> {
    if let Route::Navigator(navigator) = route {
        return Some((inner.navigate()?, Some(*navigator.as_uuid())));
    }
    let Route::Channel(channel) = route else { return None };
    Some((inner.channel(*channel.as_uuid())?.clone(), None))
}

/// The message as somebody would post it.
fn posted(dispatch: &Dispatch) -> Value {
    let (platform, code) = (dispatch.step().platform(), dispatch.code().expose());
    let key = if *platform == Platform::Email { "emailaddress" } else { "phonenumber" };
    let contact = json!({ "identifierKey": key, "identifierValue": wire::address(dispatch.address()) });
    let mut message = json!({ "receiver": { "contacts": [contact] }, "reference": dispatch.reference().to_string() });
    let text = format!("{code} is your code.");
    match dispatch.step().template() {
        Some(template) => message["template"] = filled_in(template, code),
        None if *platform == Platform::Email => {
            let content =
                json!({ "html": format!("<p>{text}</p>"), "text": text, "metadata": { "subject": "Your code" } });
            message["body"] = json!({ "type": "html", "html": content });
        }
        None => message["body"] = json!({ "type": "text", "text": { "text": text } }),
    }
    message
}

fn filled_in(template: &Template, code: &str) -> Value {
    let mut template = super::template::shown(template);
    let mut parameters = template["parameters"].as_array().cloned().unwrap_or_default();
    parameters.push(json!({ "type": "string", "key": "code", "value": code }));
    template["parameters"] = Value::Array(parameters);
    template
}
