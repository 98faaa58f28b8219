//! `/unsubscribe/{token}` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {
    shared::boot::http(unsubscribe::handle)
        .with_store()
        .with_unsubscribe()
        .run(env!("CARGO_PKG_NAME"))
}
