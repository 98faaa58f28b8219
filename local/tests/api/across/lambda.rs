//! The functions' own binaries, under a Lambda Runtime API.

mod endpoints;
mod links;
mod runtime_api;
mod starting;
mod workers;

use std::process::Command;

use local::environment::{AUDIENCE, ISSUER, TABLE};
use runtime_api::{Answered, RuntimeApi};

use crate::support::process::function;
use crate::support::{ScriptedSqs, recorded};

/// A function's binary with the environment that Lambda and the template give to all functions.
fn configured(name: &str, runtime_api: &str, dynamodb: &str) -> Command {
    let mut command = function(name);
    command.env_clear().envs([
        ("AWS_LAMBDA_RUNTIME_API", runtime_api),
        ("AWS_LAMBDA_FUNCTION_NAME", "function"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb),
        ("TABLE_NAME", TABLE),
        ("AUTH_ISSUER", ISSUER),
        ("AUTH_AUDIENCE", AUDIENCE),
        ("AUTH_JWKS", &recorded("jwks")),
    ]);
    command
}

/// The same for a function at the queue.
fn configured_with_queue(
    name: &str,
    runtime_api: &str,
    dynamodb: &str,
    sqs: &ScriptedSqs,
) -> Command {
    let queue = sqs.config();
    let mut command = configured(name, runtime_api, dynamodb);
    for name in ["DISPATCH", "DELIVERY", "DIGEST", "FEEDBACK"] {
        command.env(format!("{name}_QUEUE_URL"), &queue.url);
        command.env(format!("{name}_DEAD_LETTER_QUEUE_URL"), &queue.dead_letter_url);
    }
    // Where nobody was erased, nobody reads it.
    command.env("ERASURE_KEYS_SECRET", "keys");
    command.env("AWS_ENDPOINT_URL_SQS", queue.endpoint.expect("an endpoint"));
    command
}
