use std::error::Error;
use std::fmt::Write as _;

use countersign::{Entropy as _, ThreadEntropy};
use countersign_http::AccessKeyHash;
use zeroize::Zeroizing;

/// Generates an access key with 256 random bits, and returns it with its hash as lines to print.
///
/// # Errors
/// When the system has no randomness.
pub(crate) fn make() -> Result<Zeroizing<String>, Box<dyn Error>> {
    let mut bytes = Zeroizing::new([0; 32]);
    ThreadEntropy.fill(bytes.as_mut())?;
    // A prefix that secret scanners can find.
    let mut key = Zeroizing::new(String::with_capacity(72));
    key.push_str("csk_");
    bytes.iter().try_for_each(|byte| write!(key, "{byte:02x}"))?;
    let hash = AccessKeyHash::new(&key)?;
    Ok(Zeroizing::new(format!(
        "access key  {}\nhash        {hash}\n\nGive the key to the caller; it is not shown again. Put the hash into `keys` of a workspace.\n",
        key.as_str()
    )))
}
