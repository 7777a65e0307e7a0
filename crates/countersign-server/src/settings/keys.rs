use std::path::Path;

use countersign::{KeyId, Keyring, KeyringError, ThreadEntropy};

use super::fault::Faults;
use super::reader::Section;
use super::secret::Secret;

/// The variable that takes the place of all keys of the file.
const VARIABLE: &str = "COUNTERSIGN_KEY";

const HEX: &str = "a key's secret has 64 or more hexadecimal digits, for instance of `openssl rand -hex 32`";
const NONE: &str = "codes are derived from a key that must outlive this process: give one as [[keys]], with id = 1 and \
    secret = \"env:NAME\", or in COUNTERSIGN_KEY";

/// Reads the keys that codes are derived from, newest first.
///
/// A store in memory ends with its process, and may do with a key that does so too.
pub(super) fn read(file: &mut Section<'_>, folder: &Path, in_memory: bool, faults: &Faults<'_>) -> Option<Keyring> {
    let sections = file.sections("keys");
    let recipients = file.get("recipient-secret").map(|item| {
        let bytes = Secret::fetch(&item, folder).and_then(|secret| secret.bytes().or_else(|| item.fault(HEX)));
        (item, bytes)
    });
    let ring = match std::env::var(VARIABLE) {
        Ok(value) => {
            sections.into_iter().for_each(|section| drop(read_key(section, folder)));
            of_variable(value, faults)?
        }
        Err(_) if sections.is_empty() && in_memory => {
            let none = |error| faults.add_elsewhere("keys", error);
            Keyring::ephemeral(&ThreadEntropy).map_err(none).ok()?
        }
        Err(_) if sections.is_empty() => {
            faults.add_elsewhere("keys", NONE);
            return None;
        }
        Err(_) => ring_of(sections, folder)?,
    };
    let Some((item, bytes)) = recipients else { return Some(ring) };
    ring.with_recipient_secret(&bytes?).map_err(|error| item.fault::<()>(sentence(error))).ok()
}

fn ring_of(sections: Vec<Section<'_>>, folder: &Path) -> Option<Keyring> {
    let (mut ring, mut whole) = (None, true);
    for section in sections {
        let Some((id, secret, section)) = read_key(section, folder) else {
            whole = false;
            continue;
        };
        let longer = match ring.take() {
            None => Keyring::new(id, &secret),
            Some(ring) => Keyring::with_older(ring, id, &secret),
        };
        match longer {
            Ok(longer) => ring = Some(longer),
            Err(error) => {
                section.fault(sentence(error));
                return None;
            }
        }
    }
    ring.filter(|_| whole)
}

type Key<'a> = (KeyId, zeroize::Zeroizing<Vec<u8>>, Section<'a>);

fn read_key<'a>(mut section: Section<'a>, folder: &Path) -> Option<Key<'a>> {
    let id = section.need("id", "number each key once, and never reuse a number");
    let id = id.and_then(|item| item.number(0..=u64::from(u32::MAX))).map(KeyId::new);
    let secret = section.need("secret", "write \"env:NAME\" or \"file:PATH\"");
    let bytes = secret.and_then(|item| Secret::fetch(&item, folder)?.bytes().or_else(|| item.fault(HEX)));
    section.note_unknown();
    Some((id?, bytes?, section))
}

/// `HEX` for key 1, or `7:HEX` for another number.
fn of_variable(value: String, faults: &Faults<'_>) -> Option<Keyring> {
    let value = Secret::of(value);
    let (id, digits) = value.expose().split_once(':').unwrap_or_else(|| ("1", value.expose()));
    let secret = Secret::of(digits.to_owned());
    let (Ok(id), Some(bytes)) = (id.parse(), secret.bytes()) else {
        faults.add_elsewhere(VARIABLE, format_args!("{HEX}; a number other than 1 stands in front, as in 7:…"));
        return None;
    };
    Keyring::new(KeyId::new(id), &bytes).map_err(|error| faults.add_elsewhere(VARIABLE, sentence(error))).ok()
}

/// The ring asks for bytes; the file has their digits.
fn sentence(error: KeyringError) -> String {
    if matches!(error, KeyringError::TooShort(_)) {
        HEX.to_owned()
    } else {
        error.to_string().replace("openssl rand 32", "openssl rand -hex 32")
    }
}
