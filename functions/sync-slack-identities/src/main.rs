//! `POST /integrations/slack/sync-identities` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(sync_slack_identities::handle)
        .with_store()
        .with_slack()
        .run(env!("CARGO_PKG_NAME"))
}
