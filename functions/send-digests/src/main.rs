//! The function that sends digests, as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    let function = shared::boot::tick(send_digests::tick).and_consume(send_digests::handle);
    let function = function.with_store().with_digest_queue().with_email().with_unsubscribe();
    function.run(env!("CARGO_PKG_NAME"))
}
