//! The EventBridge bus's way in, as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::bus(accept_bus_events::handle)
        .with_store()
        .with_dispatch_queue()
        .run(env!("CARGO_PKG_NAME"))
}
