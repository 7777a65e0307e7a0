use axum::extract::RawPathParams;
use axum::extract::rejection::RawPathParamsRejection;
use axum::http::StatusCode;
use countersign::WorkspaceId;
use countersign_api::{ErrorResponse, RecordId};

pub(crate) mod answer;
pub(crate) mod api;
pub(crate) mod body;
mod command;
pub(crate) mod finish;
mod kept;
pub(crate) mod places;
pub(crate) mod refusals;
mod replay;
pub(crate) mod request_id;

/// The calls of the Verify API (contract, section 2), and one of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Start,
    Check,
    Resend,
    Failover,
    List,
    Get,
    /// `DELETE` on a verification: not in the contract.
    Cancel,
}

/// The path's parameters, unless they are no text.
pub(crate) type PathParams = Result<RawPathParams, RawPathParamsRejection>;

/// Where a workspace's verifications are.
pub(crate) const ALL: &str = "/workspaces/{workspaceId}/verify";
/// Where one of them is.
pub(crate) const ONE: &str = "/workspaces/{workspaceId}/verify/{verificationId}";
/// Names of the path's parameters, which faults repeat.
pub(crate) const WORKSPACE: &str = "workspaceId";
pub(crate) const VERIFICATION: &str = "verificationId";

impl Call {
    /// All of them, in their order.
    pub(crate) const ALL: [Self; 7] =
        [Self::Start, Self::Check, Self::Resend, Self::Failover, Self::List, Self::Get, Self::Cancel];

    /// The status of its success.
    pub(crate) const fn success(self) -> StatusCode {
        match self {
            Self::Start | Self::Resend | Self::Failover => StatusCode::ACCEPTED,
            Self::Check | Self::List | Self::Get | Self::Cancel => StatusCode::OK,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Check => "check",
            Self::Resend => "resend",
            Self::Failover => "failover",
            Self::List => "list",
            Self::Get => "get",
            Self::Cancel => "cancel",
        }
    }

    /// Whose verification the path is about, and which.
    pub(crate) fn target(self, path: &PathParams) -> Result<(WorkspaceId, Option<RecordId>), ErrorResponse> {
        let Ok(path) = path else { return Err(refusals::bad_path()) };
        let named = |wanted| path.iter().find_map(|(name, value)| (name == wanted).then_some(value));
        let workspace = named(WORKSPACE).and_then(|text| text.parse().ok());
        let workspace = workspace.ok_or_else(|| refusals::bad_id(".workspaceId"))?;
        let id = named(VERIFICATION).map(|text| text.parse().map_err(|_| refusals::bad_id(".verificationId")));
        Ok((workspace, id.transpose()?))
    }
}
