//! The `deskhand` command; everything it does lives in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    deskhand::app::main()
}
