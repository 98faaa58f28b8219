//! The worker that delivers notifications, as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::consume(deliver_notifications::handle).with_store().with_delivery_queue().run()
}
