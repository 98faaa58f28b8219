//! The worker that dispatches accepted events, as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::consume(dispatch_events::handle)
        .with_store()
        .with_dispatch_queue()
        .with_delivery_queue()
        .with_erasures()
        .run(env!("CARGO_PKG_NAME"))
}
