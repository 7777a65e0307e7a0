//! The time of a check tells nothing of the code: valgrind watches every branch and every address.

#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What valgrind exits with when it has reported anything; the program itself never does.
const REPORTED: i32 = 42;

const PROGRAM: &str = env!("CARGO_BIN_EXE_countersign-constant-time");

/// A place for this test's own files: tests of one binary may run as several processes at once.
fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
        "{}-{:?}-{name}",
        std::process::id(),
        std::thread::current().id()
    ))
}

fn watch(arguments: &[&str]) -> Output {
    let (watcher, salt) = (place("watcher.so"), place("salt"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/watcher.c");
    let built =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).args([&watcher, &source]).arg("-ldl").status();
    assert!(
        built.is_ok_and(|status| status.success()),
        "this test needs a C compiler and valgrind's headers: install gcc and valgrind"
    );
    std::fs::write(&salt, [5; 16]).expect("a file of sixteen bytes");
    let output = Command::new("valgrind")
        .args(["-q", "--error-exitcode=42"])
        .arg(PROGRAM)
        .arg(&salt)
        .args(arguments)
        .env("LD_PRELOAD", &watcher)
        .output()
        .expect("this test needs valgrind: install it, for instance with `apt-get install valgrind`");
    for file in [watcher, salt] {
        std::fs::remove_file(file).expect("just made");
    }
    output
}

#[track_caller]
fn assert_unreported(arguments: &[&str], matches: bool) {
    let output = watch(arguments);
    let reports = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?} depends on the secret:\n{reports}");
    assert_eq!(output.stdout, [u8::from(matches)], "{arguments:?}");
}

#[track_caller]
fn assert_reported(control: &str) {
    let output = watch(&[control]);
    let reports = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(REPORTED), "{control} went unnoticed:\n{reports}");
    assert!(reports.contains("uninitialised value"), "{control} was reported for something else:\n{reports}");
}

#[test]
fn the_right_code_is_checked_without_a_branch_or_address_that_depends_on_it() {
    for digits in ["6", "9", "12"] {
        assert_unreported(&["check", digits, "right"], true);
    }
}

#[test]
fn a_wrong_code_is_checked_without_a_branch_or_address_that_depends_on_it() {
    for digits in ["6", "9", "12"] {
        for typed in ["first-wrong", "last-wrong"] {
            assert_unreported(&["check", digits, typed], false);
        }
    }
}

#[test]
fn a_comparison_that_stops_at_the_first_difference_is_reported() {
    assert_reported("early-exit");
}

#[test]
fn a_plain_comparison_is_reported() {
    assert_reported("equality");
}

#[test]
fn digits_made_by_plain_formatting_are_reported() {
    assert_reported("formatting");
}
