use countersign::{KeyId, KeySecret, Keyring, ThreadEntropy};

use super::document::Document;
use super::reader::{Item, Secret, Section};

/// The variable that takes the place of all keys of the file.
const VARIABLE: &str = "COUNTERSIGN_KEY";

const NONE: &str =
    "no key to derive codes from: write [[keys]] with id = 1 and secret = \"env:NAME\", or set COUNTERSIGN_KEY";

/// Reads the keys that codes are derived from, newest first.
///
/// A store in memory ends with its process, and may do with a key that does so too.
pub(super) fn read(file: &mut Section<'_>, in_memory: bool, document: &Document<'_>) -> Option<Keyring> {
    let sections = file.sections("keys");
    let recipients = file.get("recipient-secret").map(|item| read_secret(&item));
    let ring = match std::env::var(VARIABLE) {
        Ok(value) => {
            sections.into_iter().for_each(|section| drop(read_key(section)));
            of_variable(value, document)?
        }
        Err(_) if sections.is_empty() && in_memory => {
            let none = |error| document.add_elsewhere("keys", error);
            Keyring::ephemeral(&ThreadEntropy).map_err(none).ok()?
        }
        Err(_) if sections.is_empty() => {
            document.add_elsewhere("keys", NONE);
            return None;
        }
        Err(_) => ring_of(sections)?,
    };
    match recipients {
        None => Some(ring),
        Some(secret) => Some(ring.with_recipient_secret(secret?)),
    }
}

fn ring_of(sections: Vec<Section<'_>>) -> Option<Keyring> {
    let (mut ring, mut whole) = (None, true);
    for section in sections {
        let Some((id, secret, section)) = read_key(section) else {
            whole = false;
            continue;
        };
        let longer = match ring.take() {
            None => Ok(Keyring::new(id, secret)),
            Some(ring) => Keyring::with_older(ring, id, secret),
        };
        match longer {
            Ok(longer) => ring = Some(longer),
            Err(error) => {
                section.fault(error);
                return None;
            }
        }
    }
    ring.filter(|_| whole)
}

type Key<'a> = (KeyId, KeySecret, Section<'a>);

fn read_key<'a>(mut section: Section<'a>) -> Option<Key<'a>> {
    let id = section.require("id", "number each key once, and never reuse a number");
    let id = id.and_then(|item| item.number(0..=u64::from(u32::MAX))).map(KeyId::new);
    let secret = section.require("secret", "write \"env:NAME\" or \"file:PATH\"");
    let secret = secret.and_then(|item| read_secret(&item));
    section.finish();
    Some((id?, secret?, section))
}

fn read_secret(item: &Item<'_>) -> Option<KeySecret> {
    let secret = KeySecret::from_hex(item.secret()?.expose());
    secret.map_err(|error| item.fault::<()>(error)).ok()
}

/// Reads hexadecimal digits for key 1, or `7:` and digits for another number.
fn of_variable(value: String, document: &Document<'_>) -> Option<Keyring> {
    let value = Secret::new(value);
    let (id, digits) = value.expose().split_once(':').unwrap_or_else(|| ("1", value.expose()));
    let id =
        id.parse().map_err(|_| document.add_elsewhere(VARIABLE, "write the key's number before the colon, as in 7:…"));
    let secret = KeySecret::from_hex(digits).map_err(|error| document.add_elsewhere(VARIABLE, error));
    Some(Keyring::new(KeyId::new(id.ok()?), secret.ok()?))
}
