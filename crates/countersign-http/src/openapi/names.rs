//! Names that several parts of the document share.

/// Tags, which order what belongs together.
pub(super) const VERIFICATIONS: &str = "Verifications";
pub(super) const OPERATIONS: &str = "Operations";

/// Names of the ways to show a key; either will do.
pub(super) const ACCESS_KEY: &str = "AccessKey";
pub(super) const BEARER: &str = "Bearer";
