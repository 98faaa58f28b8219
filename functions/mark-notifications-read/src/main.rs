//! `POST /api/notifications/bulk-read` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(mark_notifications_read::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
