use std::pin::pin;

use countersign::{Channel, Directory, Platform, WorkspaceId};
use futures_util::stream::TryStreamExt as _;

use super::channels::ChannelInfo;
use crate::client::Bird;
use crate::client::error::BirdError;

/// A directory with the channels of a workspace in it, and those that are not.
#[derive(Debug)]
#[must_use = "look at what was left out"]
pub struct ImportReport {
    /// What was given, and behind it the channels that were added.
    pub directory: Directory,
    /// Those that were added, in Bird's order.
    pub added: Vec<ChannelInfo>,
    /// Those that were not, and why.
    pub left_out: Vec<(ChannelInfo, SkipReason)>,
}

/// Why a channel is not in the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// Its platform is not known: name it in [`Platforms`](crate::Platforms).
    UnknownPlatform,
    /// Its status is not `active`.
    NotActive,
    /// The host made no channel of it.
    ByHost,
}

impl Bird {
    /// Adds the active channels of a workspace to a directory, as the host makes them of what Bird says.
    ///
    /// ```no_run
    /// # use std::sync::Arc;
    /// # use countersign::{Brand, Channel, Directory, WorkspaceId};
    /// # use countersign_bird::{Bird, BirdError};
    /// # use countersign_messages::Messages;
    /// # async fn demo(bird: Bird, workspace: WorkspaceId, messages: Messages) -> Result<Directory, BirdError> {
    /// let transport = Arc::new(bird.transport(workspace, messages));
    /// let make = |_: &_, platform| Some(Channel::new(platform, transport.clone()));
    /// let filled = bird.import_directory(Directory::new(), workspace, make).await?;
    /// for (channel, why) in &filled.left_out {
    ///     println!("{} ({}) is not used: {why:?}", channel.name, channel.platform_id);
    /// }
    /// # Ok(filled.directory)
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`channels`](Self::channels): nothing is given back then.
    pub async fn import_directory(
        &self,
        mut directory: Directory,
        workspace: WorkspaceId,
        mut make: impl FnMut(&ChannelInfo, Platform) -> Option<Channel>,
    ) -> Result<ImportReport, BirdError> {
        let (mut added, mut left_out) = (Vec::new(), Vec::new());
        let mut channels = pin!(self.channels(workspace));
        while let Some(info) = channels.try_next().await? {
            let Some(platform) = info.platform.clone() else {
                left_out.push((info, SkipReason::UnknownPlatform));
                continue;
            };
            if !info.is_active() {
                left_out.push((info, SkipReason::NotActive));
            } else if let Some(channel) = make(&info, platform) {
                directory = directory.channel(info.id, channel);
                added.push(info);
            } else {
                left_out.push((info, SkipReason::ByHost));
            }
        }
        Ok(ImportReport { directory, added, left_out })
    }
}
