//! `GET /api/projects/{project}/issues/{issue}/watch` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(get_issue_watch::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
