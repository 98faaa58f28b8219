//! `GET /me/notification-prefs` with nothing that is not needed for it: blocking sockets, rustls, and
//! requests signed by hand. What a function could take at the least, and no example of how to write one.

mod http;
mod preferences;
mod signature;
mod store;
mod token;

use std::error::Error;

use serde::Deserialize;
use serde_json::json;

/// What goes wrong ends the process: its answers are checked by whoever measures it.
type Fault = Box<dyn Error + Send + Sync>;

/// What of a request matters.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    headers: Headers<'a>,
}

#[derive(Deserialize)]
struct Headers<'a> {
    authorization: Option<&'a str>,
}

fn main() -> Result<(), Fault> {
    let keys = token::Keys::from_environment()?;
    let mut store = store::Store::connect()?;
    let mut runtime = http::Connection::plain(&std::env::var("AWS_LAMBDA_RUNTIME_API")?)?;
    loop {
        let next = runtime.exchange("GET", "/2018-06-01/runtime/invocation/next", &[], b"")?;
        let id = next.header("lambda-runtime-aws-request-id").ok_or("an invocation has no id")?;
        let path = format!("/2018-06-01/runtime/invocation/{id}/response");
        let answer = answer(&next.body, &keys, &mut store)?;
        runtime.exchange("POST", &path, &[("content-type", "application/json")], &answer)?;
    }
}

fn answer(event: &[u8], keys: &token::Keys, store: &mut store::Store) -> Result<Vec<u8>, Fault> {
    let Event { headers } = serde_json::from_slice(event)?;
    let token = headers.authorization.and_then(|credential| credential.strip_prefix("Bearer "));
    let Some(person) = token.and_then(|token| keys.verify(token)) else {
        return Ok(serde_json::to_vec(&json!({ "statusCode": 401 }))?);
    };
    let body = preferences::render(&store.item(&person.org_unit, &person.sub)?)?;
    let headers = json!({ "content-type": "application/json" });
    Ok(serde_json::to_vec(&json!({ "statusCode": 200, "headers": headers, "body": body }))?)
}
