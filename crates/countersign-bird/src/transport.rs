use std::fmt;

use async_trait::async_trait;
use countersign::{Dispatch, MessageId, Receipt, ReportedStatus, Route, SendError, Transport, WorkspaceId};
use countersign_messages::Messages;

use crate::client::Bird;
use crate::client::error::BirdError;
use crate::client::request::{ApiRequest, Segment};
use crate::message::{self, AcceptedMessage, SenderFormat};

/// Hands messages to Bird's Channels API: by a channel, or by a navigator of Bird's that chooses one.
///
/// See the [crate's documentation](crate) for what is sent and what its errors mean. A clone is another handle to the
/// same.
#[derive(Debug, Clone)]
#[must_use]
pub struct BirdTransport {
    bird: Bird,
    /// None: the verification's own.
    workspace: Option<WorkspaceId>,
    messages: Messages,
    sender_form: SenderFormat,
    finds_by_message_id: bool,
}

/// One message as it is posted. Its `Debug` leaves the body out, which holds the address and the code.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageRequest {
    /// Where it is posted, with the header `Authorization: AccessKey …`, which is not here.
    pub url: String,
    /// The JSON that is posted.
    pub body: Vec<u8>,
}

impl Bird {
    /// Sends by the channels and navigators of one workspace of Bird, whosever verification it is.
    pub fn transport(&self, workspace: WorkspaceId, messages: Messages) -> BirdTransport {
        BirdTransport::new(self.clone(), Some(workspace), messages)
    }

    /// Sends by the channels and navigators of the workspace that a verification is of: for services that call their
    /// workspaces as Bird does. The access key must be good for all of them.
    pub fn transport_per_workspace(&self, messages: Messages) -> BirdTransport {
        BirdTransport::new(self.clone(), None, messages)
    }
}

impl BirdTransport {
    pub(crate) fn new(bird: Bird, workspace: Option<WorkspaceId>, messages: Messages) -> Self {
        Self { bird, workspace, messages, sender_form: SenderFormat::default(), finds_by_message_id: false }
    }

    /// The same transport, telling Bird in that form whom a message is from.
    pub const fn with_sender_form(mut self, form: SenderFormat) -> Self {
        self.sender_form = form;
        self
    }

    /// The same transport, having the store find a message by Bird's id too: for workspaces whose webhooks leave our
    /// reference out. It costs each message an entry in the store's index, and a report that comes before the answer to
    /// the send is lost then.
    pub const fn with_reports_by_message_id(mut self) -> Self {
        self.finds_by_message_id = true;
        self
    }

    /// Writes down what is posted for a message, and posts nothing: to look at, or for another HTTP client.
    ///
    /// # Errors
    /// [`SendError::Refused`] for a step that Bird cannot send, as [`send`](Transport::send) does.
    pub fn request(&self, dispatch: &Dispatch) -> Result<MessageRequest, SendError> {
        let call = self.call(dispatch)?;
        let url = self.bird.url(&call).ok_or_else(|| refused("no request could be made of it"))?;
        Ok(MessageRequest { url: url.into(), body: call.body })
    }

    fn call(&self, dispatch: &Dispatch) -> Result<ApiRequest, SendError> {
        let workspace = self.workspace.unwrap_or_else(|| dispatch.workspace());
        let (list, id) = match dispatch.step().effective_route() {
            Route::Channel(id) => ("channels", *id.as_uuid()),
            Route::Navigator(id) => ("navigators", *id.as_uuid()),
        };
        let body = message::write(dispatch, &self.messages, self.sender_form)
            .map_err(|_| refused("the message cannot be written as JSON"))?;
        let path = vec![Segment::WireName(list), Segment::Id(id), Segment::WireName("messages")];
        Ok(ApiRequest::post(workspace, path, body))
    }

    async fn hand_over(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let answer = self.bird.call(&self.call(dispatch)?).await.map_err(send_error)?;
        let AcceptedMessage { message_id, status } = AcceptedMessage::parse(answer.body().unwrap_or_default());
        match status {
            Some(ReportedStatus::SendingFailed { detail } | ReportedStatus::DeliveryFailed { detail }) => {
                Err(SendError::Refused { detail })
            }
            Some(ReportedStatus::Accepted | ReportedStatus::Sent | ReportedStatus::Delivered) | None => {
                Ok(self.receipt(message_id))
            }
            // The core may learn more statuses.
            Some(_) => Ok(self.receipt(message_id)),
        }
    }

    /// Reports name our reference, and the id is for people, unless the host knows otherwise.
    fn receipt(&self, message_id: Option<MessageId>) -> Receipt {
        match message_id {
            Some(message_id) if self.finds_by_message_id => Receipt::ByMessageId { message_id },
            message_id => Receipt::ByReference { message_id },
        }
    }
}

impl fmt::Debug for MessageRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageRequest").field("url", &self.url).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for BirdTransport {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let reference = dispatch.reference();
        let result = self.hand_over(dispatch).await;
        match &result {
            Ok(_) => tracing::debug!(%reference, "Bird accepted the message"),
            Err(error) => tracing::debug!(%reference, detail = error.detail(), %error),
        }
        result
    }
}

fn refused(detail: &str) -> SendError {
    SendError::Refused { detail: Some(detail.to_owned()) }
}

/// What the engine has to know of it.
fn send_error(error: BirdError) -> SendError {
    let detail = Some(error.detail());
    if let Some(answer) = error.api_error().filter(|answer| matches!(answer.status(), 401 | 403)) {
        tracing::error!(%answer, "Bird does not let the access key in: look at its roles, and whether it was replaced");
    }
    match error {
        BirdError::Refused(_) => SendError::Refused { detail },
        BirdError::NotDone { retry_after, .. } => SendError::NotSent { retry_after, detail },
        BirdError::Unknown { .. } => SendError::Unknown { detail },
    }
}
