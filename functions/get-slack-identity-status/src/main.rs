//! `GET /integrations/slack/identity-status` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(get_slack_identity_status::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
