//! The worker that records what comes back of emails, as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::consume(record_email_feedback::handle)
        .with_store()
        .with_feedback_queue()
        .run(env!("CARGO_PKG_NAME"))
}
