//! The pure heart: what a verification is and how it may change.
//!
//! Nothing here waits, reads a clock, draws random numbers or talks to anything. A *command* ([`start`], [`check`],
//! [`resend`], [`failover`], [`cancel`]) or a *fact* ([`handle_sent`], [`handle_report`], [`handle_timeout`]) takes a
//! record, the time and what else it needs, and gives a [`Transition`]: the next record, what to send, what to tell, and
//! the reply.
//!
//! [`start`]: Verification::start
//! [`check`]: Verification::check
//! [`resend`]: Verification::resend
//! [`failover`]: Verification::failover
//! [`cancel`]: Verification::cancel
//! [`handle_sent`]: Verification::handle_sent
//! [`handle_report`]: Verification::handle_report
//! [`handle_timeout`]: Verification::handle_timeout

mod attempt;
mod command;
mod fact;
mod failover;
mod host_data;
mod index;
mod lease;
mod report;
mod retry;
mod sent;
mod snapshot;
mod start;
mod status;
mod transition;
mod verification;

pub use attempt::{Attempt, Failure, FailureCause, MessageId};
pub use command::{CheckOutcome, Refusal};
pub use failover::NoFailover;
pub use host_data::HostData;
pub use index::IndexKeys;
pub use report::{Report, ReportedMessage, ReportedStatus};
pub use sent::{Receipt, SendError, SendResult};
pub(crate) use snapshot::size_of_template;
pub use snapshot::{CorruptRecord, Snapshot};
pub use start::Start;
pub use status::{AttemptStatus, StepStatus, VerificationStatus};
pub use transition::{Event, Events, SendTask, Sends, Transition};
pub use verification::Verification;
