//! What exports a person, as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::operator(export_person::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
