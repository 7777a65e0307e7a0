//! How a file of settings is read: tables key by key, every fault with its path and line.

mod item;
mod secret;
mod section;

pub use item::Item;
pub use secret::Secret;
pub use section::Section;
