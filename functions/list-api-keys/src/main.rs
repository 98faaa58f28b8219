//! `GET /v1/api-keys` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(list_api_keys::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
