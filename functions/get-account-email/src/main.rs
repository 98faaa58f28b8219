//! `GET /v1/me/notifications` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(get_account_email::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
