//! The least that an operation can cost on this machine: its cryptography, its randomness and its clock, bare.

use std::hint::black_box;

use hmac::{Hmac, KeyInit, Mac};
use rand::Rng;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// The bare parts, ready to use.
#[derive(Clone)]
pub struct Floors {
    prepared: Hmac<Sha256>,
    message: [u8; 50],
    typed: [u8; 12],
}

impl std::fmt::Debug for Floors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Floors").finish_non_exhaustive()
    }
}

impl Default for Floors {
    fn default() -> Self {
        let key: [u8; 32] = std::array::from_fn(|i| i.to_le_bytes()[0]);
        #[allow(clippy::expect_used, reason = "HMAC takes keys of every length")]
        let prepared = Hmac::new_from_slice(&key).expect("HMAC takes keys of every length");
        Self { prepared, message: [7; 50], typed: *b"123456789012" }
    }
}

impl Floors {
    /// One HMAC-SHA-256 of 50 bytes under a prepared key, and one constant-time comparison of a code: what a check
    /// computes, and nothing else.
    pub fn crypto(&self) -> bool {
        self.hmac_and_comparison(&self.message)
    }

    fn hmac_and_comparison(&self, message: &[u8]) -> bool {
        let mut mac = self.prepared.clone();
        mac.update(black_box(message));
        let tag: [u8; 32] = mac.finalize().into_bytes().into();
        let (digits, _) = tag.split_at(12);
        digits.ct_eq(black_box(&self.typed)).into()
    }

    /// A look at the clock, one HMAC-SHA-256 of 60 bytes and one constant-time comparison: what a check costs that names
    /// its verification in full. Ours fits 50 bytes, and so saves one block of the hash.
    pub fn check(&self) -> bool {
        clock();
        self.hmac_and_comparison(&[7; 60])
    }

    /// What any start must do: an id, a salt, one HMAC and a look at the clock. `now_v7` asks the system for its
    /// randomness, as the `uuid` crate does by default.
    pub fn start(&self) -> Uuid {
        clock();
        let id = Uuid::now_v7_by_default();
        self.salt_and_code(id)
    }

    /// The same with all randomness from the thread's generator: a floor without any system call.
    pub fn start_without_system_calls(&self) -> Uuid {
        clock();
        let mut random = [0; 10];
        rng().fill_bytes(&mut random);
        let id = uuid::Builder::from_unix_timestamp_millis(1_790_000_000_000, &random).into_uuid();
        self.salt_and_code(id)
    }

    fn salt_and_code(&self, id: Uuid) -> Uuid {
        let mut salt = [0; 16];
        rng().fill_bytes(&mut salt);
        let mut mac = self.prepared.clone();
        mac.update(id.as_bytes());
        mac.update(&salt);
        mac.update(&[0; 18]);
        black_box(mac.finalize().into_bytes());
        id
    }
}

trait DefaultV7 {
    fn now_v7_by_default() -> Self;
}

impl DefaultV7 for Uuid {
    #[allow(clippy::disallowed_methods, reason = "a floor is what the crate does by itself")]
    fn now_v7_by_default() -> Self {
        Self::now_v7()
    }
}

#[allow(clippy::disallowed_methods, reason = "a floor is what the crate does by itself")]
fn rng() -> rand::rngs::ThreadRng {
    rand::rng()
}

fn clock() {
    use countersign::Clock;
    black_box(countersign::SystemClock.now());
}
