use std::fmt;
use std::sync::{Mutex, PoisonError};

use countersign::{Entropy, EntropyError};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Random-looking bytes that are the same for one seed: never for anything that must be secret.
pub struct SeededEntropy {
    seed: u64,
    generator: Mutex<StdRng>,
}

impl SeededEntropy {
    /// Builds the source of that seed, at its first byte.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, generator: Mutex::new(StdRng::seed_from_u64(seed)) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        self.generator.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
        Ok(())
    }
}

impl fmt::Debug for SeededEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeededEntropy").field("seed", &self.seed).finish_non_exhaustive()
    }
}

/// A source that always fails, as an operating system without randomness does.
#[derive(Debug, Clone, Copy, Default)]
pub struct FailingEntropy;

impl Entropy for FailingEntropy {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError)
    }
}
