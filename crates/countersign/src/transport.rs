//! How messages leave: the contract of a transport.

use std::fmt;

use async_trait::async_trait;

use crate::machine::{Receipt, SendError};

mod dispatch;

pub use dispatch::{Dispatch, Identity};

/// How messages leave.
///
/// The contract, clause by clause; `countersign_testkit::transport_conformance!` tests it:
///
/// 1. **Tried once.** A send makes one try; the engine decides on another. Only a try that certainly brought the provider
///    nothing (no connection, or an answer that says to come back within the time that the send has) may be repeated in it.
/// 2. **A timeout after the request was written is [`SendError::Unknown`]**, never [`SendError::NotSent`].
/// 3. **The reference goes along** where the provider has room for it, unchanged on every try.
/// 4. **A send ends** within the policy's [`send_lease`](crate::Policy::send_lease), or another process may make it again.
/// 5. **Nothing secret leaks**: neither code nor address in an error, a log or a metric.
///
/// # Cancel safety
///
/// A caller may drop the future of a send at any await point. The engine takes it as an unknown outcome, and tries again
/// with the same reference when the lease ends. The transport stays usable; in particular it does not use a connection
/// again that was dropped in the middle of a dialogue.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Hands one message to the provider.
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError>;
}
