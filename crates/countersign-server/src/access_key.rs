use std::error::Error;
use std::fmt::Write as _;

use countersign::{Entropy as _, ThreadEntropy};
use countersign_http::AccessKeyHash;
use zeroize::Zeroizing;

/// A new access key with 256 random bits, and its hash, as lines to print.
///
/// # Errors
/// When the system gives no random bytes.
pub(crate) fn make() -> Result<Zeroizing<String>, Box<dyn Error>> {
    let mut bytes = Zeroizing::new([0; 32]);
    ThreadEntropy.fill(bytes.as_mut())?;
    // What scanners of source code can find, should it ever get there.
    let mut key = Zeroizing::new(String::with_capacity(72));
    key.push_str("csk_");
    bytes.iter().try_for_each(|byte| write!(key, "{byte:02x}"))?;
    let hash = AccessKeyHash::of(&key)?;
    Ok(Zeroizing::new(format!(
        "access key  {}\nhash        {hash}\n\nThe key is for the caller and is shown this once; the hash is for `keys` of a workspace.\n",
        key.as_str()
    )))
}
