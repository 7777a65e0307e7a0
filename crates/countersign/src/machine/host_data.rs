use std::fmt;
use std::sync::Arc;

use crate::brand::Brand;
use crate::metadata::Metadata;
use crate::purpose::Purpose;

/// What the host attaches to a verification: metadata, a purpose and a brand, each optional.
///
/// The engine carries it. `Debug` shows nothing of it. It takes one pointer, since most verifications have none.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct HostData(Option<Arc<Parts>>);

#[derive(PartialEq, Eq)]
struct Parts {
    metadata: Option<Metadata>,
    purpose: Option<Purpose>,
    brand: Option<Brand>,
}

impl HostData {
    /// Puts the parts together.
    #[must_use]
    pub fn new(metadata: Option<Metadata>, purpose: Option<Purpose>, brand: Option<Brand>) -> Self {
        if metadata.is_none() && purpose.is_none() && brand.is_none() {
            return Self(None);
        }
        Self(Some(Arc::new(Parts { metadata, purpose, brand })))
    }

    /// Returns what the host keeps with the verification.
    #[must_use]
    pub fn metadata(&self) -> Option<&Metadata> {
        self.0.as_ref()?.metadata.as_ref()
    }

    /// Returns what the verification is for.
    #[must_use]
    pub fn purpose(&self) -> Option<&Purpose> {
        self.0.as_ref()?.purpose.as_ref()
    }

    /// Returns the brand of the verification, which its messages speak for in place of their channel's.
    #[must_use]
    pub fn brand(&self) -> Option<&Brand> {
        self.0.as_ref()?.brand.as_ref()
    }
}

impl fmt::Debug for HostData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostData").finish_non_exhaustive()
    }
}
