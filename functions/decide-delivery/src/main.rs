//! `POST /v1/decisions` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(decide_delivery::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
