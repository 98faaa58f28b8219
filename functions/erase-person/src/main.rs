//! What erases a person, as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::operator(erase_person::handle)
        .with_store()
        .with_erasures()
        .run(env!("CARGO_PKG_NAME"))
}
