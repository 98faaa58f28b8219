//! `GET /v1/me/push-subscriptions` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(list_push_subscriptions::handle)
        .with_store()
        .with_push_keys()
        .run(env!("CARGO_PKG_NAME"))
}
