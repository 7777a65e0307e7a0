use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

use super::{CodeScope, KeyId, KeySecret, KeySecretError, Keyring, KeyringError};
use crate::address::Recipient;
use crate::code::CodeLength;
use crate::id::{VerificationId, WorkspaceId};
use crate::purpose::Purpose;

const WORKSPACE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(0x00000000_0000_4000_8000_000000000001));

fn bytes(seed: u8) -> Vec<u8> {
    (0..32).map(|i: u8| i.wrapping_mul(7).wrapping_add(seed)).collect()
}

fn secret(seed: u8) -> KeySecret {
    KeySecret::from_bytes(&bytes(seed)).unwrap()
}

fn verification() -> VerificationId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

fn derive(ring: &Keyring, workspace: WorkspaceId, verification: VerificationId, salt: [u8; 16], digits: u8) -> String {
    let length = CodeLength::new(digits).unwrap();
    let scope = CodeScope { workspace, verification, salt: &salt, length, purpose: None };
    ring.derive(ring.newest_id(), scope).unwrap().expose().to_owned()
}

/// The expected codes come from another implementation: Python's `hmac` and whole-number arithmetic,
/// `int(HMAC-SHA256(secret, 01 ‖ workspace ‖ id ‖ salt ‖ length)[:16]) * 10**length >> 128`, and with a purpose
/// `02 ‖ workspace ‖ id ‖ salt ‖ length ‖ purpose`.
#[test]
fn codes_are_those_of_the_published_vectors() {
    let secret: Vec<u8> = (0..32).collect();
    let ring = Keyring::new(KeyId::new(1), KeySecret::from_bytes(&secret).unwrap());
    let salt = std::array::from_fn(|i| 16 + u8::try_from(i).unwrap());
    for (digits, code) in [
        (6, "712459"),
        (7, "4515321"),
        (8, "66882512"),
        (9, "243515901"),
        (10, "4528542624"),
        (11, "82566689929"),
        (12, "627877506936"),
    ] {
        assert_eq!(derive(&ring, WORKSPACE, verification(), salt, digits), code);
    }
    for (digits, purpose, code) in
        [(6, "login", "484706"), (12, "login", "925086607252"), (12, "change of Stra\u{df}e", "439869434721")]
    {
        let purpose = Purpose::parse(purpose).unwrap();
        let length = CodeLength::new(digits).unwrap();
        let scope = CodeScope {
            workspace: WORKSPACE,
            verification: verification(),
            salt: &salt,
            length,
            purpose: Some(&purpose),
        };
        assert_eq!(ring.derive(ring.newest_id(), scope).unwrap().expose(), code);
    }
    let long: Vec<u8> = (0..64).map(|i: u8| i.wrapping_mul(7).wrapping_add(3)).collect();
    let ring = Keyring::new(KeyId::new(1), KeySecret::from_bytes(&long).unwrap());
    for (byte, six, twelve) in [
        (0, "728381", "262423011896"),
        (1, "029055", "608928592547"),
        (2, "152634", "516775874385"),
        (3, "296986", "075656291089"),
    ] {
        assert_eq!(derive(&ring, WORKSPACE, verification(), [byte; 16], 6), six);
        assert_eq!(derive(&ring, WORKSPACE, verification(), [byte; 16], 12), twelve);
    }
}

#[test]
fn a_code_depends_on_key_workspace_verification_salt_and_length() {
    let ring = Keyring::new(KeyId::new(1), secret(1));
    let other_ring = Keyring::new(KeyId::new(1), secret(2));
    let base = derive(&ring, WORKSPACE, verification(), [7; 16], 12);
    let other_workspace = WorkspaceId::new(Uuid::from_u128(0x00000000_0000_4000_8000_000000000002));
    let other_verification = "01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap();
    assert_ne!(base, derive(&other_ring, WORKSPACE, verification(), [7; 16], 12));
    assert_ne!(base, derive(&ring, other_workspace, verification(), [7; 16], 12));
    assert_ne!(base, derive(&ring, WORKSPACE, other_verification, [7; 16], 12));
    assert_ne!(base, derive(&ring, WORKSPACE, verification(), [8; 16], 12));
    assert!(!base.starts_with(&derive(&ring, WORKSPACE, verification(), [7; 16], 11)));
}

/// Chi-square over a million six-digit codes, for each place of a digit, for pairs of neighbouring codes, and for the
/// whole code in 1,000 classes. The bounds are those of p = 10⁻⁶ on either side, by Wilson and Hilferty's formula.
#[test]
fn codes_are_spread_evenly() {
    const CODES: u32 = 1_000_000;
    let ring = Keyring::new(KeyId::new(1), secret(3));
    let mut places = [[0_u32; 10]; 6];
    let mut pairs = vec![0_u32; 100];
    let mut classes = vec![0_u32; 1_000];
    let mut last = 0;
    for n in 0..CODES {
        let salt = u128::from(n).to_be_bytes();
        let code = derive(&ring, WORKSPACE, verification(), salt, 6);
        for (place, digit) in places.iter_mut().zip(code.bytes()) {
            place[usize::from(digit - b'0')] += 1;
        }
        let code: usize = code.parse().unwrap();
        classes[code / 1_000] += 1;
        pairs[last * 10 + code % 10] += 1;
        last = code % 10;
    }
    for place in &places {
        assert_even(place, CODES);
    }
    assert_even(&pairs, CODES);
    assert_even(&classes, CODES);
    let leading_zero = f64::from(places[0][0]) / f64::from(CODES);
    assert!((0.099..0.101).contains(&leading_zero), "{leading_zero}");
}

fn assert_even(counts: &[u32], total: u32) {
    let cells = counts.len() as f64;
    let expected = f64::from(total) / cells;
    let chi_square: f64 = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
    let freedom = cells - 1.0;
    let bound = |deviations: f64| {
        let spread = 2.0 / (9.0 * freedom);
        freedom * (1.0 - spread + deviations * spread.sqrt()).powi(3)
    };
    assert!(chi_square < bound(4.75), "{chi_square} over {} cells", counts.len());
    assert!(chi_square > bound(-4.75), "{chi_square} over {} cells is too even", counts.len());
}

#[test]
fn weak_secrets_are_refused() {
    let refused = |bytes: &[u8]| KeySecret::from_bytes(bytes).unwrap_err();
    assert_eq!(refused(b""), KeySecretError::TooShort);
    assert_eq!(refused(&bytes(1)[..31]), KeySecretError::TooShort);
    assert_eq!(refused(&[0; 64]), KeySecretError::NotRandom);
    assert_eq!(refused(b"abcdabcdabcdabcdabcdabcdabcdabcd"), KeySecretError::NotRandom);
    assert_eq!(KeySecret::from_hex("").unwrap_err(), KeySecretError::TooShort);
    assert_eq!(KeySecret::from_hex(&"00".repeat(64)).unwrap_err(), KeySecretError::NotRandom);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

proptest! {
    #[test]
    fn hexadecimal_text_of_either_case_stands_for_its_bytes(bytes in vec(any::<u8>(), 40..80), whitespace in "[ \t\r\n]{0,3}") {
        let read = |text: &str| KeySecret::from_hex(text).map(|secret| secret.expose().to_vec());
        let expected = KeySecret::from_bytes(&bytes).map(|secret| secret.expose().to_vec());
        prop_assert_eq!(&read(&format!("{whitespace}{}{whitespace}", hex(&bytes))), &expected);
        prop_assert_eq!(&read(&hex(&bytes).to_uppercase()), &expected);
    }

    #[test]
    fn text_with_anything_but_pairs_of_hexadecimal_digits_is_refused(place in 0_usize..64, odd in any::<char>()) {
        let mut text = hex(&bytes(1));
        let cut = &text[..place];
        let of_cut = if place % 2 == 1 { KeySecretError::OddLength } else { KeySecretError::TooShort };
        prop_assert_eq!(KeySecret::from_hex(cut).unwrap_err(), of_cut);
        prop_assume!(!odd.is_ascii_hexdigit());
        // In front and behind, whitespace is ignored; in the middle nothing is.
        prop_assume!(place > 0 || !odd.is_ascii_whitespace());
        text.insert(place, odd);
        prop_assert_eq!(KeySecret::from_hex(&text).unwrap_err(), KeySecretError::NotHex);
    }
}

#[test]
fn an_id_or_a_secret_that_is_in_the_ring_is_refused() {
    let ring = || Keyring::new(KeyId::new(2), secret(2));
    let (taken, free) = (KeyId::new(2), KeyId::new(1));
    assert_eq!(ring().with_older(taken, secret(1)).unwrap_err(), KeyringError::DuplicateId(taken));
    assert_eq!(ring().with_older(free, secret(2)).unwrap_err(), KeyringError::DuplicateSecret(free));
    assert!(ring().with_older(free, secret(1)).is_ok());
}

#[test]
fn the_newest_key_signs_and_older_ones_still_derive() {
    let old = Keyring::new(KeyId::new(1), secret(1));
    let both = Keyring::new(KeyId::new(2), secret(2)).with_older(KeyId::new(1), secret(1)).unwrap();
    assert_eq!(both.newest_id(), KeyId::new(2));
    let length = CodeLength::MAX;
    let scope = CodeScope { workspace: WORKSPACE, verification: verification(), salt: &[9; 16], length, purpose: None };
    let by_old = old.derive(KeyId::new(1), scope).unwrap();
    assert_eq!(both.derive(KeyId::new(1), scope).unwrap().expose(), by_old.expose());
    assert_ne!(both.derive(KeyId::new(2), scope).unwrap().expose(), by_old.expose());
    assert!(old.derive(KeyId::new(2), scope).is_none());
}

#[test]
fn a_recipient_keeps_its_key_while_the_ring_only_grows_and_for_ever_under_a_secret_of_its_own() {
    let recipient = Recipient::phone("+31612345678".parse().unwrap());
    let key = |ring: &Keyring| ring.recipient_key(WORKSPACE, &recipient);
    let first = Keyring::new(KeyId::new(1), secret(1));
    let grown = Keyring::new(KeyId::new(2), secret(2)).with_older(KeyId::new(1), secret(1)).unwrap();
    assert_eq!(key(&first), key(&grown));
    let pinned = |id, seed| Keyring::new(KeyId::new(id), secret(seed)).with_recipient_secret(secret(9));
    assert_eq!(key(&pinned(1, 1)), key(&pinned(5, 5)));
    assert_ne!(key(&pinned(1, 1)), key(&first));
}

/// The expected seal comes from another implementation, Python's `hmac`:
/// `HMAC-SHA256(HMAC-SHA256(secret, "countersign: seals, 1: pages"), message)[:16]`.
#[test]
fn seals_are_those_of_the_published_vector() {
    let secret: Vec<u8> = (0..32).collect();
    let ring = Keyring::new(KeyId::new(1), KeySecret::from_bytes(&secret).unwrap());
    assert_eq!(
        ring.seal("pages", b"one"),
        [0xdb, 0x98, 0x9d, 0xf0, 0x23, 0x4c, 0xe0, 0x26, 0x62, 0x9a, 0xb5, 0x93, 0x2b, 0x9e, 0x2c, 0x71]
    );
}

#[test]
fn a_seal_fits_its_message_its_purpose_and_its_ring_alone() {
    let ring = Keyring::new(KeyId::new(1), secret(1));
    let seal = ring.seal("pages", b"one");
    assert!(ring.verify_seal("pages", b"one", &seal));
    assert!(!ring.verify_seal("pages", b"two", &seal));
    assert!(!ring.verify_seal("page", b"sone", &seal));
    assert!(!Keyring::new(KeyId::new(1), secret(2)).verify_seal("pages", b"one", &seal));
    for bit in 0..128 {
        let mut altered = seal;
        altered[bit / 8] ^= 1 << (bit % 8);
        assert!(!ring.verify_seal("pages", b"one", &altered));
    }
}

#[test]
fn seals_of_an_older_key_hold_as_long_as_it_is_in_the_ring() {
    let old = Keyring::new(KeyId::new(1), secret(1));
    let rotated = Keyring::new(KeyId::new(2), secret(2)).with_older(KeyId::new(1), secret(1)).unwrap();
    assert!(rotated.verify_seal("pages", b"one", &old.seal("pages", b"one")));
    assert!(!old.verify_seal("pages", b"one", &rotated.seal("pages", b"one")));
}

#[test]
fn recipients_differ_by_workspace_address_and_set_of_addresses() {
    let ring = Keyring::new(KeyId::new(1), secret(1));
    let phone = "+31612345678".parse().unwrap();
    let email: crate::EmailAddress = "ann@example.com".parse().unwrap();
    let elsewhere = WorkspaceId::new(Uuid::from_u128(2));
    let keys = [
        ring.recipient_key(WORKSPACE, &Recipient::phone(phone)),
        ring.recipient_key(elsewhere, &Recipient::phone(phone)),
        ring.recipient_key(WORKSPACE, &Recipient::email(email.clone())),
        ring.recipient_key(WORKSPACE, &Recipient::both(phone, email)),
        ring.recipient_key(WORKSPACE, &Recipient::phone("+31612345679".parse().unwrap())),
    ];
    for (index, key) in keys.iter().enumerate() {
        assert!(keys.iter().skip(index + 1).all(|other| other != key));
        assert!(key.tag() < 1 << VerificationId::TAG_BITS);
    }
}

#[test]
fn debug_shows_no_secret() {
    let ring = Keyring::new(KeyId::new(1), secret(1));
    assert_eq!(format!("{ring:?}"), "Keyring { keys: 1, .. }");
    assert_eq!(format!("{:?}", secret(1)), "KeySecret(redacted)");
    let recipient = ring.recipient_key(WORKSPACE, &Recipient::phone("+31612345678".parse().unwrap()));
    assert!(format!("{recipient:?}").starts_with("RecipientKey(tag "));
}
