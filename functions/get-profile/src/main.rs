//! `GET /api/profile` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(get_profile::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
