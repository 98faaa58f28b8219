//! What becomes of one request on its way to the engine.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use serde_json::json;

use super::{Fault, HttpClient, Operation, State, lock, unprocessed};

/// The media type of every answer of DynamoDB.
const AMZ_JSON: http::HeaderValue = http::HeaderValue::from_static("application/x-amz-json-1.0");

/// An error makes the server break the connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection breaks here")]
pub(super) struct Broken;

pub(super) async fn pass(
    request: Request<Bytes>,
    operation: &str,
    fault: Option<Fault>,
    engine: SocketAddr,
    client: &HttpClient,
    state: &Arc<Mutex<State>>,
) -> Result<Response<Full<Bytes>>, Broken> {
    let (mut head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    head.uri = format!("http://{engine}{path}").parse().map_err(|_cause| Broken)?;
    let client = client.clone();
    let forward = move |body: Bytes| forward(client, head, body);
    match fault {
        None => forward(body).await,
        Some(Fault::LoseRequest) => Err(Broken),
        Some(Fault::LoseAnswer) => {
            forward(body).await?;
            Err(Broken)
        }
        Some(Fault::EmptyAnswer) => {
            forward(body).await?;
            Ok(Response::new(Full::default()))
        }
        Some(Fault::Delay(time)) => {
            // A task of its own: the request arrives late even if nobody waits for it any more.
            lock(state).under_way.send_modify(|under_way| *under_way += 1);
            let state = Arc::clone(state);
            let late = tokio::spawn(async move {
                tokio::time::sleep(time).await;
                let answer = forward(body).await;
                lock(&state).under_way.send_modify(|under_way| *under_way -= 1);
                answer
            });
            late.await.map_err(|_panic| Broken)?
        }
        Some(Fault::Die) => {
            let died = Arc::clone(&lock(state).died);
            forward(body).await?;
            died.notify_one();
            std::future::pending().await
        }
        Some(Fault::Throttle) => Ok(refuse("ThrottlingException", json!({}))),
        Some(Fault::ExceedThroughput) => {
            Ok(refuse("ProvisionedThroughputExceededException", json!({})))
        }
        Some(Fault::Conflict) if operation.starts_with("Transact") => {
            let request: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
            let parts = request.get("TransactItems").and_then(serde_json::Value::as_array);
            let parts = parts.map_or(1, Vec::len);
            let reasons = vec![json!({ "Code": "TransactionConflict" }); parts];
            let reasons = json!({ "CancellationReasons": reasons });
            Ok(refuse("TransactionCanceledException", reasons))
        }
        Some(Fault::Conflict) => Ok(refuse("TransactionConflictException", json!({}))),
        Some(Fault::Refuse) => Ok(refuse("AccessDeniedException", json!({}))),
        Some(Fault::NothingProcessed) => match unprocessed::nothing_done(operation, &body) {
            None => forward(body).await,
            Some(answer) => {
                let mut response = Response::new(Full::new(answer));
                response.headers_mut().insert(http::header::CONTENT_TYPE, AMZ_JSON);
                Ok(response)
            }
        },
        Some(Fault::Unprocessed) => match unprocessed::split(operation, &body) {
            None => forward(body).await,
            Some((processed, rest)) => {
                let (head, body) = forward(processed).await?.into_parts();
                let Ok(body) = body.collect().await.map_err(|error: Infallible| match error {});
                let body = unprocessed::join(operation, &body.to_bytes(), rest).ok_or(Broken)?;
                let mut answer = Response::from_parts(head, Full::new(body));
                answer.headers_mut().remove(http::header::CONTENT_LENGTH);
                // The engine's checksum is of the answer as it was.
                answer.headers_mut().remove("x-amz-crc32");
                Ok(answer)
            }
        },
    }
}

async fn forward(
    client: HttpClient,
    head: http::request::Parts,
    body: Bytes,
) -> Result<Response<Full<Bytes>>, Broken> {
    let mut request = Request::from_parts(head, Full::new(body));
    request.headers_mut().remove(http::header::CONTENT_LENGTH);
    let answer = client.request(request).await.map_err(|_cause| Broken)?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(|_cause| Broken)?.to_bytes();
    Ok(Response::from_parts(head, Full::new(body)))
}

/// What the request asks for: the API names it in a header, after its version.
pub(super) fn operation(request: &Request<Incoming>) -> Option<Operation> {
    let target = request.headers().get("x-amz-target")?.to_str().ok()?;
    target.split_once('.').map(|(_, operation)| operation.to_owned())
}

fn refuse(code: &str, mut body: serde_json::Value) -> Response<Full<Bytes>> {
    if let Some(fields) = body.as_object_mut() {
        let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
        fields.insert("__type".to_owned(), json!(kind));
        fields.insert("message".to_owned(), json!("injected"));
    }
    let mut response = Response::new(Full::new(body.to_string().into()));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(http::header::CONTENT_TYPE, AMZ_JSON);
    response
}
