//! `POST /v1/events` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(ingest_events::handle)
        .with_store()
        .with_dispatch_queue()
        .run(env!("CARGO_PKG_NAME"))
}
