//! `GET /v1/messaging/preferences` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(list_channel_preferences::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
