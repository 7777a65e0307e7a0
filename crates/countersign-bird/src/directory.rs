//! What a workspace has to send by, and a directory made of it.

mod channels;
mod import;
mod navigators;
mod page;

pub use channels::ChannelInfo;
pub use import::{ImportReport, SkipReason};
pub use navigators::NavigatorInfo;
pub use page::Page;
