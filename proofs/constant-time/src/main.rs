//! Runs what a check does with a code, while valgrind watches whether time could tell anything of it.
//!
//! Memcheck reports every branch and every address that depends on undefined memory. The salt of a verification is read
//! from a file, and what `tests/watcher.c` puts between this program and the C library declares it undefined: whatever is
//! computed from it, the code first of all, is then undefined too, and a report means that the time of a check depends on
//! the code. `tests/constant_time.rs` runs it.
//!
//! What it cannot see: instructions whose own time depends on their operands, such as divisions (the core uses none on
//! this path), and processors other than the one it runs on.
//!
//! Arguments: the file of the salt, and then `check <digits> <right|first-wrong|last-wrong>`, or `early-exit`, `equality`
//! or `formatting`, which handle a secret as one should not, so that the watcher is seen to bark. It writes one byte:
//! 1 for a match, 0 for none.

#![allow(clippy::print_stderr, reason = "a program says what is wrong on its standard error")]

use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Write};
use std::process::ExitCode;

use countersign::{
    ChannelId, CodeLength, Dispatch, EmailAddress, Entropy, EntropyError, KeyId, Keyring, Limits, Locale, Plan,
    Platform, Policy, Recipient, Route, Start, Step, SubmittedCode, Timestamp, Verification, WorkspaceId,
};
use uuid::Uuid;

/// Says whether there was a match, or what is wrong with the arguments.
type Outcome = Result<bool, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        [salt, "check", digits, typed] => check(salt, digits, typed),
        [salt, "early-exit"] => early_exit(salt),
        [salt, "equality"] => equality(salt),
        [salt, "formatting"] => formatting(salt),
        _ => Err("arguments: <salt> check <digits> <right|first-wrong|last-wrong>, early-exit, equality or formatting"
            .into()),
    };
    match outcome.and_then(|matches| Ok(publish(matches)?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Writes down the one thing that a check makes public, as it is: a branch on it would be reported, and so would the
/// look for a line's end that `Stdout` takes at what it writes.
fn publish(matches: bool) -> std::io::Result<()> {
    File::options().write(true).open("/dev/stdout")?.write_all(&[u8::from(matches)])
}

/// The path of a check: derivation, digits, comparison.
///
/// With the secret salt nothing may call `Code::expose`: it is for sending, and looks at each byte to see that it is text.
fn check(salt: &str, digits: &str, typed: &str) -> Outcome {
    let length = CodeLength::new(digits.parse()?)?;
    let mut code = dispatch(length, KNOWN_SALT)?.code().expose().to_owned();
    let wrong_at = match typed {
        "right" => None,
        "first-wrong" => Some(0),
        "last-wrong" => Some(code.len() - 1),
        _ => return Err("a code is right, first-wrong or last-wrong".into()),
    };
    if let Some(place) = wrong_at {
        let other = if code[place..].starts_with('7') { "8" } else { "7" };
        code.replace_range(place..=place, other);
    }
    let submitted = SubmittedCode::parse(&code)?;
    let dispatch = dispatch(length, secret_salt(salt)?)?;
    Ok(dispatch.code().matches(&submitted))
}

/// Control: a comparison that stops at the first difference.
fn early_exit(salt: &str) -> Outcome {
    for (secret, typed) in secret_salt(salt)?.into_iter().zip(KNOWN_SALT) {
        if secret != typed {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Control: the comparison that everybody writes first.
fn equality(salt: &str) -> Outcome {
    // With a length known to the compiler this happens to come out without a branch; with a slice it does not.
    let typed = black_box(KNOWN_SALT.to_vec());
    Ok(black_box(secret_salt(salt)?.to_vec()) == typed)
}

/// Control: a number made into digits as programs usually do.
fn formatting(salt: &str) -> Outcome {
    let [a, b, c, ..] = secret_salt(salt)?;
    let number = u32::from_be_bytes([0, a, b, c]);
    Ok(format!("{number:06}") == "123456")
}

/// What the file holds; the watcher sees to it that the bytes in the file are no secret and those read from it are.
const KNOWN_SALT: [u8; 16] = [5; 16];

fn secret_salt(file: &str) -> std::io::Result<[u8; 16]> {
    let mut salt = [0; 16];
    File::open(file)?.read_exact(&mut salt)?;
    Ok(salt)
}

/// The first message of a verification, the same in every run.
fn dispatch(code_length: CodeLength, salt: [u8; 16]) -> Result<Dispatch, Box<dyn std::error::Error>> {
    // The keyring refuses weak secrets, and branches on them once when it is loaded. So the key is known here, and the
    // salt is the secret: both go through the same derivation.
    let secret: Vec<u8> = (0..32).map(|place: u8| place.wrapping_mul(151).wrapping_add(89)).collect();
    let keyring = Keyring::new(KeyId::new(1), countersign::KeySecret::from_bytes(&secret)?);
    let recipient = Recipient::email(EmailAddress::parse("a.person@example.com")?);
    let route = Route::Channel(ChannelId::new(Uuid::from_u128(1)));
    let start = Start {
        workspace: WorkspaceId::new(Uuid::from_u128(2)),
        plan: Plan::new(vec![Step::new(route, Platform::Email)], &recipient)?,
        locale: Locale::for_recipient(&recipient),
        recipient,
        limits: Limits { code_length, ..Limits::default() },
        policy: Policy::default(),
    };
    let now = Timestamp::from_millis(1_769_860_800_000);
    let verification = Verification::start(start, &keyring, &Salt(salt), now)?.next;
    Ok(verification.dispatch(0, &keyring, verification.created_at()).ok_or("the first message has a code")?)
}

/// Entropy of one salt.
#[derive(Debug)]
struct Salt([u8; 16]);

impl Entropy for Salt {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        // A start asks once: for ten bytes of the id, which is public, and then for the salt.
        let (id, salt) = bytes.split_at_mut_checked(10).ok_or(EntropyError)?;
        id.fill(3);
        salt.copy_from_slice(&self.0);
        Ok(())
    }
}
