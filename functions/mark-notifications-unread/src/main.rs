//! `POST /api/notifications/bulk-unread` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(mark_notifications_unread::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
