//! `POST /api/notifications/bulk-delete` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(delete_notifications::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
