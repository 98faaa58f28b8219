//! `GET /me/notification-prefs` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(get_notification_prefs::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
