//! The source of randomness for ids and salts.

use std::cell::RefCell;
use std::fmt;

use rand::rngs::{StdRng, SysRng};
use rand::{Rng, SeedableRng};

/// The operating system's random generator failed. Nothing was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system's random generator failed: nothing was started, try again")]
pub struct EntropyError;

/// A source of random bytes: a cryptographic generator that may be shared between threads.
pub trait Entropy: fmt::Debug + Send + Sync + 'static {
    /// Fills `bytes` with unpredictable bytes.
    ///
    /// # Errors
    /// [`EntropyError`] when the source fails; `bytes` must not be used then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// A ChaCha12 generator per thread, seeded by the operating system: the default of every engine.
///
/// It is reseeded after every 64 KiB, which bounds what a copy of the process's memory can predict. A failing system
/// generator is an error here, where `rand`'s own thread generator would panic.
///
/// A process that forks without `exec` shares its state with its child until the next seed. Two forks that then
/// start in one millisecond make one id, and the store refuses the second.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThreadEntropy;

const RESEED_AFTER: usize = 64 * 1024;

struct Seeded {
    generator: StdRng,
    left: usize,
}

thread_local! {
    static GENERATOR: RefCell<Option<Seeded>> = const { RefCell::new(None) };
}

impl Entropy for ThreadEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        GENERATOR.with_borrow_mut(|slot| {
            let seeded = match slot {
                Some(seeded) if seeded.left >= bytes.len() => seeded,
                spent => {
                    // Dropped first: a failure to seed must not leave the old state in use.
                    *spent = None;
                    let generator = StdRng::try_from_rng(&mut SysRng).map_err(|_| EntropyError)?;
                    spent.insert(Seeded { generator, left: RESEED_AFTER })
                }
            };
            seeded.generator.fill_bytes(bytes);
            seeded.left = seeded.left.saturating_sub(bytes.len());
            Ok(())
        })
    }
}
