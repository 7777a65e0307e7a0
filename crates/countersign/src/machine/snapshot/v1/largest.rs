//! How large a record of this format can become, so that a store can tell what it has to hold.

use crate::address::EmailAddress;
use crate::brand::Brand;
use crate::locale;
use crate::machine::{Failure, MessageId, Verification};
use crate::metadata::Metadata;
use crate::plan::Plan;
use crate::platform::CustomPlatform;
use crate::policy::Policy;
use crate::purpose::Purpose;

const BYTE: usize = 1;
const U16: usize = 3;
const U32: usize = 5;
const U64: usize = 10;
const BYTES_16: usize = BYTE + 16;

/// Text behind its length, which is below 2¹⁴.
const fn text(bytes: usize) -> usize {
    2 + bytes
}

const fn option(bytes: usize) -> usize {
    BYTE + bytes
}

const RECIPIENT: usize = BYTE + U64 + text(EmailAddress::MAX_LENGTH);
const LIMITS: usize = BYTE + U16 + BYTE;
const POLICY: usize = 4 * U32 + 3 * BYTE;
const PLATFORM: usize = BYTE + text(CustomPlatform::MAX_NAME) + 2 * BYTE;
const STEP: usize = BYTE + BYTES_16 + option(BYTES_16) + PLATFORM + option(0) + option(U32);
const MESSAGE: usize = BYTE + text(MessageId::MAX_BYTES) + BYTE;
const FAILURE: usize = BYTE + option(text(4 * Failure::MAX_DETAIL));
const ATTEMPT: usize = BYTE + U64 + BYTE + U64 + option(MESSAGE) + BYTE + FAILURE;
const PHASE: usize = BYTE + U64 + BYTE;

/// A bound on the bytes of a record.
const LARGEST: usize = BYTE
    + 4 * BYTES_16
    + RECIPIENT
    + text(locale::MAX_LENGTH)
    + LIMITS
    + POLICY
    + (BYTE + Plan::MAX_STEPS * STEP + Plan::MAX_TEMPLATE_BYTES)
    + U32
    + (BYTE + Policy::MAX_MESSAGES as usize * ATTEMPT)
    + 2 * BYTE
    + U64
    + PHASE
    + option(text(Metadata::MAX_BYTES))
    + option(text(4 * Purpose::MAX_LENGTH))
    + option(text(4 * Brand::MAX_LENGTH));

const _: () = assert!(LARGEST <= Verification::MAX_BYTES, "stores were promised smaller records");
