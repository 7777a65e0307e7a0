#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod address;
mod bounded;
mod brand;
mod code;
mod directory;
mod engine;
mod entropy;
mod error;
mod id;
pub mod idempotency;
mod keyring;
pub mod locale;
mod machine;
mod metadata;
mod one_line;
mod plan;
mod platform;
mod policy;
mod purpose;
mod sender;
pub mod store;
mod template;
mod time;
mod transport;
mod webhook;

pub use address::{Address, AddressKind, Country, EmailAddress, PhoneNumber, Recipient};
pub use bounded::{BoundedField, OutOfRange};
pub use brand::{Brand, BrandError};
pub use code::{Code, CodeError, CodeLength, SubmittedCode};
pub use directory::{
    Channel, Directory, DirectoryEntry, DirectoryFault, DirectoryFaultKind, InvalidDirectory, Navigator,
};
pub use engine::{
    CheckReply, DueReport, Engine, EngineBuilder, EngineSetupError, Observer, ReportScope, StartRequest,
    WebhookDeliveryError,
};
pub use entropy::{Entropy, EntropyError, ThreadEntropy};
pub use error::EngineError;
pub use id::{AttemptId, ChannelId, IdError, NavigatorId, RecipientKey, VerificationId, WorkspaceId};
pub use keyring::{KeyId, KeySecret, KeySecretError, Keyring, KeyringError};
pub use locale::Locale;
pub use machine::{
    Attempt, AttemptStatus, CheckOutcome, CorruptRecord, Event, Events, Failure, FailureCause, HostData, IndexKeys,
    MessageId, NoFailover, Receipt, Refusal, Report, ReportedMessage, ReportedStatus, SendError, SendResult, SendTask,
    Sends, Snapshot, Start, StepStatus, Transition, Verification, VerificationStatus,
};
pub use metadata::{Metadata, MetadataError};
pub use plan::{InvalidPlan, Plan, PlanFault, PlanFaultKind, RequestedStep, Route, Step, StepIndex};
pub use platform::{CustomPlatform, Platform, PlatformNameError, TemplateRule};
pub use policy::{Limits, MaxAttempts, Policy, SendMode, Timeout};
pub use purpose::{Purpose, PurposeError};
pub use sender::{Mailbox, Sender, SenderError, SenderName};
pub use store::Store;
pub use template::{Attachment, Parameter, ShortLinks, Template, TemplateSettings, UtmParameter};
pub use time::{Clock, SystemClock, Timestamp};
pub use transport::{Dispatch, Identity, Transport};
pub use webhook::{Webhook, WebhookError, WebhookHead};
