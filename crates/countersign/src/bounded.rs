//! Numbers that have bounds: parsed once, then trusted.

/// A number outside its bounds; nothing was made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be from {min} to {max}")]
pub struct OutOfRange {
    pub(crate) what: &'static str,
    pub(crate) min: u16,
    pub(crate) max: u16,
}

/// A newtype of a number with bounds and a default; `$what` is what the wire calls it.
macro_rules! bounded {
    (
        $(#[$doc:meta])*
        $name:ident($inner:ty), $min:literal..=$max:literal, default $default:literal, $what:literal, $make:ident, $get:ident
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

            const OUT_OF_RANGE: crate::OutOfRange = crate::OutOfRange { what: $what, min: $min, max: $max };
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
