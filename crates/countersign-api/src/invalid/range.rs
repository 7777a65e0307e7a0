//! Numbers outside their bounds, on the wire.

use countersign::{BoundedField, OutOfRange};

/// Says what the bounds are, under the name that the wire has for the number.
pub(crate) fn sentence(error: OutOfRange) -> String {
    let OutOfRange { field, min, max } = error;
    let name = match field {
        BoundedField::MaxAttempts => "maxAttempts",
        BoundedField::Timeout => "timeout",
        BoundedField::CodeLength => "codeLength",
        BoundedField::Limit => "limit",
    };
    format!("{name} must be from {min} to {max}")
}
