use super::{Engine, ReportScope};
use crate::error::EngineError;
use crate::webhook::{Webhook, WebhookError, WebhookHead};

/// Why a webhook delivery was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookDeliveryError {
    /// It is the sender's fault.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// A report was not stored: have the provider repeat the delivery, over HTTP by answering with 503.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl Engine {
    /// Reads a delivery of a provider by the engine's clock, and takes what it reports, as [`report`](Self::report) does.
    /// Returns once all of it is stored: then the provider is to be answered with a success.
    ///
    /// `scope` is whose verifications the reports may change: those of one workspace that has its own account at the
    /// provider, or [`ReportScope::AllWorkspaces`] where one account sends for all workspaces. A webhook secret can make any
    /// message of its scope fail over, so a secret that a tenant has seen must not have the scope of all. A
    /// report on a message outside of the scope changes nothing, and is no error.
    ///
    /// Repeated, late and unordered deliveries are harmless: a message's status has a rank, and only a higher one counts.
    /// A report may make the engine fail over, and then the next message is sent before this returns, unless the policy
    /// says [`SendMode::Deferred`](crate::SendMode::Deferred).
    ///
    /// # Errors
    /// [`WebhookDeliveryError`]. When a report was not stored, those before it in the delivery were: the whole can be repeated.
    ///
    /// # Cancel safety
    /// As for [`report`](Self::report). A delivery that was not answered is repeated by the provider.
    pub async fn handle_webhook(
        &self,
        webhook: &dyn Webhook,
        scope: impl Into<ReportScope>,
        head: &WebhookHead<'_>,
        body: &[u8],
    ) -> Result<(), WebhookDeliveryError> {
        let scope = scope.into();
        for report in webhook.read(head, body, self.now())? {
            self.report(scope, &report).await?;
        }
        Ok(())
    }
}
