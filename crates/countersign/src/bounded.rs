//! Numbers that have bounds: parsed once, then trusted.

use std::fmt;

/// A number is outside its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} must be from {min} to {max}")]
pub struct OutOfRange {
    /// What the number is for.
    pub field: BoundedField,
    /// The least that it may be.
    pub min: u16,
    /// The most that it may be.
    pub max: u16,
}

/// What a number with bounds is for.
///
/// It is exhaustive, so that whoever shows it to a person or on a wire has a name for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BoundedField {
    /// [`MaxAttempts`](crate::MaxAttempts).
    MaxAttempts,
    /// [`Timeout`](crate::Timeout), in seconds.
    Timeout,
    /// [`CodeLength`](crate::CodeLength), in digits.
    CodeLength,
    /// [`store::Limit`](crate::store::Limit).
    Limit,
}

impl fmt::Display for BoundedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MaxAttempts => "max attempts",
            Self::Timeout => "timeout in seconds",
            Self::CodeLength => "code length",
            Self::Limit => "limit",
        })
    }
}

/// A newtype of a number with bounds and a default. `$field` is its [`BoundedField`].
macro_rules! bounded {
    (
        $(#[$doc:meta])*
        $name:ident($inner:ty), $min:literal..=$max:literal, default $default:literal, $field:ident, $make:ident, $get:ident
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// The least.
            pub const MIN: Self = Self($min);
            /// The most.
            pub const MAX: Self = Self($max);

            /// Takes the number, if it is within the bounds.
            ///
            /// # Errors
            /// [`OutOfRange`](crate::OutOfRange) when it is not; it names the bounds.
            pub const fn $make(number: $inner) -> Result<Self, crate::OutOfRange> {
                if number >= $min && number <= $max {
                    return Ok(Self(number));
                }
                Err(Self::OUT_OF_RANGE)
            }

            /// The number.
            #[must_use]
            pub const fn $get(self) -> $inner {
                self.0
            }

            const OUT_OF_RANGE: crate::OutOfRange =
                crate::OutOfRange { field: crate::BoundedField::$field, min: $min, max: $max };
        }

        impl Default for $name {
            fn default() -> Self {
                Self($default)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::OutOfRange;

            fn from_str(text: &str) -> Result<Self, crate::OutOfRange> {
                text.parse().map_or(Err(Self::OUT_OF_RANGE), Self::$make)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::$make(<$inner>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use bounded;
