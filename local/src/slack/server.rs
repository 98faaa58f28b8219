//! HTTP in front of the workspaces.

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use shared::app::Clock;
use tokio::net::{TcpListener, TcpStream};

use super::answer::Answer;
use super::fault::SlackFault;
use super::limits::{Limits, MESSAGES, Rate};
use super::request::Call;
use super::workspace::{TEAM, Workspace, Workspaces};
use super::{post_message, users_list};
use crate::problem::Problem;

/// Slack in front of some workspaces.
struct Server {
    workspaces: Arc<dyn Workspaces>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    taken: AtomicU64,
}

/// An error makes the server break the connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection breaks here")]
struct Broken;

/// Starts Slack in front of those workspaces, its limits counted by that clock, and says where its
/// Web API is. It ends with the runtime.
///
/// # Errors
///
/// [`Problem`], if there is no port to listen on.
pub async fn start(
    workspaces: Arc<dyn Workspaces>,
    clock: Arc<dyn Clock>,
) -> Result<String, Problem> {
    let failed = |error| Problem::new("the local Slack cannot listen", error);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let limits = Limits::default();
    let server = Server { workspaces, clock, limits, taken: AtomicU64::new(0) };
    tokio::spawn(accept(listener, Arc::new(server)));
    Ok(format!("http://{address}/api"))
}

async fn accept(listener: TcpListener, server: Arc<Server>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, Arc::clone(&server)));
    }
}

async fn serve(stream: TcpStream, server: Arc<Server>) {
    let service = service_fn(async |request: Request<hyper::body::Incoming>| {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_cause| Broken)?.to_bytes();
        server.respond(&Request::from_parts(head, body)).await
    });
    // An error here is a connection that was broken: by the client, or by a fault.
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}

impl Server {
    async fn respond(&self, request: &Request<Bytes>) -> Result<Response<Full<Bytes>>, Broken> {
        let Some(call) = Call::read(request) else {
            return Ok(Answer::NoPage.into_response());
        };
        let done = || self.call(&call).unwrap_or_else(|error| error);
        let answer = match self.workspaces.note(&call) {
            None => done(),
            Some(SlackFault::Fail) => Answer::OutOfOrder,
            Some(SlackFault::TooMany { retry_after }) => Answer::RateLimited(retry_after),
            Some(SlackFault::Answer(code)) => Answer::error(code),
            Some(SlackFault::LoseRequest) => return Err(Broken),
            Some(SlackFault::LoseAnswer) => {
                done();
                return Err(Broken);
            }
            Some(SlackFault::Die) => {
                done();
                self.workspaces.note_death();
                std::future::pending().await
            }
        };
        Ok(answer.into_response())
    }

    /// The credential comes first. Every list of users counts, also a bad one; of messages those that
    /// would be posted.
    fn call(&self, call: &Call) -> Result<Answer, Answer> {
        match call.method.as_str() {
            "auth.test" => {
                self.authenticate(call)?;
                Ok(Answer::Done(identity()))
            }
            "users.list" => {
                let (token, workspace) = self.authenticate(call)?;
                let now = self.clock.now();
                let rate = Rate { calls: workspace.users_list_per_minute, seconds: 60 };
                self.limits.admit(&[token, "users.list"], rate, now)?;
                call.check_body()?;
                users_list::answer(&workspace, call, now).map(Answer::Done)
            }
            "chat.postMessage" => {
                let (token, workspace) = self.authenticate(call)?;
                call.check_body()?;
                let posted = post_message::read(&workspace, call)?;
                let now = self.clock.now();
                self.limits.admit(&[token, "chat.postMessage", posted.to], MESSAGES, now)?;
                let number = self.taken.fetch_add(1, Ordering::Relaxed) + 1;
                let (message, answer) = posted.taken(token, number, now);
                self.workspaces.keep(message).map_err(out_of_order)?;
                Ok(Answer::Done(answer))
            }
            method => {
                let detail = json!({ "req_method": method });
                Err(Answer::Error { code: "unknown_method", detail })
            }
        }
    }

    /// The workspace that the token of a call leads to.
    fn authenticate<'a>(&self, call: &'a Call) -> Result<(&'a str, Workspace), Answer> {
        let token = call.token.as_deref().ok_or_else(|| Answer::error("not_authed"))?;
        let workspace = self.workspaces.workspace(token).map_err(out_of_order)?;
        let workspace = workspace.ok_or_else(|| Answer::error("invalid_auth"))?;
        if workspace.is_revoked {
            return Err(Answer::error("token_revoked"));
        }
        if workspace.is_gone {
            return Err(Answer::error("account_inactive"));
        }
        Ok((token, workspace))
    }
}

/// Who the app is, in every workspace.
fn identity() -> Value {
    json!({
        "url": "https://local.slack.example/", "team": "Local", "user": "notifications",
        "team_id": TEAM, "user_id": "U0LOCAL00", "bot_id": "B0LOCAL00",
        "is_enterprise_install": false,
    })
}

/// Tells the developer what this Slack cannot read or write; whoever called may try again.
#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
fn out_of_order(problem: Problem) -> Answer {
    // Nobody reads it if it cannot be written.
    writeln!(std::io::stderr().lock(), "the local Slack is out of order: {problem}").ok();
    Answer::OutOfOrder
}
