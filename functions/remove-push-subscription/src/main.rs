//! `DELETE /v1/me/push-subscriptions/{id}` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(remove_push_subscription::handle).with_store().run(env!("CARGO_PKG_NAME"))
}
