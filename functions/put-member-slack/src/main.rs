//! `PUT /members/{org_member_id}/slack` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(put_member_slack::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
