use super::Stored;

/// What an update that conflicted found in the place of the expected version.
#[derive(Debug, Clone)]
pub enum Found {
    /// The record at another version, as a load would have returned it.
    Record(Box<Stored>),
    /// No record of that id.
    Gone,
    /// A conflict that the store could not read in the same round trip: a load tells.
    NotRead,
}
