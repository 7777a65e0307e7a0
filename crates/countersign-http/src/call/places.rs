//! Places for the calls that are carried out: which ones a call takes, and how it is refused without one.

use std::sync::Arc;

use countersign::WorkspaceId;
use countersign_api::ErrorResponse;

use super::{Call, refusals};
use crate::bounds::RequestLimits;
use crate::shares::{NoPlace, Place, Shares};

/// Places in all and of each workspace, so that a workspace at its bound is refused and the others notice nothing.
#[derive(Debug)]
pub(crate) struct Places {
    calls: Arc<Shares<WorkspaceId>>,
    /// A quarter fewer: a slow provider leaves places for calls that send nothing.
    sends: Arc<Shares<WorkspaceId>>,
    lists: Arc<Shares<WorkspaceId>>,
}

/// The places of a call, until it ends.
#[derive(Debug)]
pub(super) struct Held {
    _of_its_kind: Option<Place<WorkspaceId>>,
    _call: Place<WorkspaceId>,
}

/// Why a call was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shed {
    Calls(NoPlace),
    Sends(NoPlace),
    Lists(NoPlace),
}

impl Places {
    /// Places for the callers of one workspace or of several: one that is alone takes all of them.
    pub(crate) fn new(bounds: &RequestLimits, is_alone: bool) -> Self {
        let (all, each) = (bounds.calls, bounds.calls_of_one(is_alone));
        Self {
            calls: Shares::new(all, each),
            sends: Shares::new(three_quarters(all), three_quarters(each)),
            lists: Shares::new(all, bounds.lists_of_one),
        }
    }

    /// Takes the places that a call needs: it waits in line for none.
    pub(super) fn take(&self, call: Call, workspace: WorkspaceId) -> Result<Held, Shed> {
        let key = Some(workspace);
        let of_its_kind = match call {
            Call::Start | Call::Resend | Call::Failover => Some(self.sends.take(key).map_err(Shed::Sends)?),
            Call::List => Some(self.lists.take(key).map_err(Shed::Lists)?),
            Call::Check | Call::Get | Call::Cancel => None,
        };
        Ok(Held { _of_its_kind: of_its_kind, _call: self.calls.take(key).map_err(Shed::Calls)? })
    }
}

/// At least one of one.
const fn three_quarters(places: usize) -> usize {
    places - places / 4
}

impl Shed {
    pub(super) fn refusal(self) -> ErrorResponse {
        match self {
            Self::Calls(NoPlace::InAll) | Self::Lists(NoPlace::InAll) => refusals::overloaded(),
            Self::Sends(NoPlace::InAll) => refusals::sends_overloaded(),
            Self::Calls(NoPlace::OfItsOwn) => refusals::workspace_overloaded("calls"),
            Self::Sends(NoPlace::OfItsOwn) => refusals::workspace_overloaded("calls that send messages"),
            Self::Lists(NoPlace::OfItsOwn) => refusals::workspace_overloaded("lists"),
        }
    }
}

#[cfg(test)]
mod tests;
