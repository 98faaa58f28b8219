//! `GET /v1/deliveries` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(list_deliveries::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
