//! The ready-made server; what it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    countersign_server::Program::new().run()
}
