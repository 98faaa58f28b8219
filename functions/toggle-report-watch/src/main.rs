//! `POST /api/projects/{project}/reports/watch` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(toggle_report_watch::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
