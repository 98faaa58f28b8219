//! `POST /api/profile/notification-preferences` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(update_activity_preferences::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
