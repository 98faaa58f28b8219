//! The worker that delivers notifications, as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    let function = shared::boot::consume(deliver_notifications::handle).with_store();
    let function = function.with_delivery_queue().with_email().with_slack().with_push();
    function.with_unsubscribe().with_erasures().run(env!("CARGO_PKG_NAME"))
}
