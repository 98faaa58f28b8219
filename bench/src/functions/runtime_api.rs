//! Lambda's Runtime API, as a function asks for its invocations: one at a time, and in the order that
//! whoever measures decides.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use local::problem::Problem;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

use super::answer::Answer;

/// What every path begins with.
const INVOCATION: &str = "/2018-06-01/runtime/invocation/";

/// When an invocation has to be answered: far off, in milliseconds since 1970. What waits for a
/// deadline is not measured here.
const DEADLINE: HeaderValue = HeaderValue::from_static("4102444800000");

/// The ARN that a function is invoked under.
const ARN: HeaderValue =
    HeaderValue::from_static("arn:aws:lambda:us-east-1:123456789012:function:measured");

/// How long one step of a function may take, under an emulator too.
const LONGEST_STEP: Duration = Duration::from_secs(300);

/// What a function says to the Runtime API.
enum Report {
    /// It waits for an invocation.
    Polls(oneshot::Sender<Bytes>),
    /// It has answered one.
    Answered(Answer),
}

/// The Runtime API of one function.
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    reports: mpsc::UnboundedReceiver<Report>,
    waiting: Option<oneshot::Sender<Bytes>>,
    server: AbortHandle,
}

impl RuntimeApi {
    /// Listens. Call it in a `tokio::task::LocalSet`.
    pub(crate) async fn start() -> Result<Self, Problem> {
        let failed = |error| Problem::new("the Runtime API cannot listen", error);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (report, reports) = mpsc::unbounded_channel();
        let desk = Rc::new(Desk { report, invocations: AtomicU64::new(0) });
        let server = tokio::task::spawn_local(accept(listener, desk)).abort_handle();
        Ok(Self { address, reports, waiting: None, server })
    }

    /// What `AWS_LAMBDA_RUNTIME_API` says.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Waits until the function waits for an invocation.
    pub(crate) async fn ready(&mut self) -> Result<(), Problem> {
        if self.waiting.is_none() {
            match self.report().await? {
                Report::Polls(waiting) => self.waiting = Some(waiting),
                Report::Answered(answer) => {
                    return Err(Problem::new("an answer came that nobody asked for", answer));
                }
            }
        }
        Ok(())
    }

    /// Invokes the function, as soon as it waits for that, and takes its answer.
    pub(crate) async fn invoke(&mut self, event: Bytes) -> Result<Answer, Problem> {
        self.ready().await?;
        let taken = self.waiting.take().map(|waiting| waiting.send(event));
        if !matches!(taken, Some(Ok(()))) {
            return Err(Problem("the function hung up instead of taking an invocation".to_owned()));
        }
        loop {
            match self.report().await? {
                Report::Answered(answer) => return Ok(answer),
                // Another connection may be faster than the one with the answer.
                Report::Polls(waiting) => self.waiting = Some(waiting),
            }
        }
    }

    async fn report(&mut self) -> Result<Report, Problem> {
        let report = tokio::time::timeout(LONGEST_STEP, self.reports.recv()).await;
        let report = report.map_err(|error| Problem::new("the function does nothing", error))?;
        report.ok_or_else(|| Problem("the Runtime API has ended".to_owned()))
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Where requests come in.
struct Desk {
    report: mpsc::UnboundedSender<Report>,
    invocations: AtomicU64,
}

async fn accept(listener: TcpListener, desk: Rc<Desk>) {
    while let Ok((stream, _)) = listener.accept().await {
        // Without it the kernel waits for more to send.
        stream.set_nodelay(true).ok();
        tokio::task::spawn_local(serve(stream, Rc::clone(&desk)));
    }
}

async fn serve(stream: TcpStream, desk: Rc<Desk>) {
    let service = service_fn(async |request| Ok::<_, Infallible>(desk.take(request).await));
    // What goes wrong on a connection is the function's to notice.
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}

impl Desk {
    async fn take(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path().to_owned();
        if request.method() == Method::GET && path.strip_prefix(INVOCATION) == Some("next") {
            return self.next().await;
        }
        let body = match request.into_body().collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) => return status(StatusCode::BAD_REQUEST),
        };
        let answer = if path.starts_with(INVOCATION) && path.ends_with("/response") {
            Answer::Given(body)
        } else {
            // `/invocation/<id>/error`, `/init/error`: what they say is why.
            Answer::Failed(body)
        };
        // Nobody listens any more to a function whose measurement is over.
        self.report.send(Report::Answered(answer)).ok();
        status(StatusCode::ACCEPTED)
    }

    async fn next(&self) -> Response<Full<Bytes>> {
        let (waiting, invoked) = oneshot::channel();
        self.report.send(Report::Polls(waiting)).ok();
        let Ok(event) = invoked.await else { return status(StatusCode::SERVICE_UNAVAILABLE) };
        let number = self.invocations.fetch_add(1, Ordering::Relaxed);
        let mut response = Response::new(Full::new(event));
        let headers = response.headers_mut();
        let id = format!("8476a536-e9f4-11e8-9739-{number:012}");
        if let Ok(id) = HeaderValue::from_str(&id) {
            headers.insert("lambda-runtime-aws-request-id", id);
        }
        headers.insert("lambda-runtime-deadline-ms", DEADLINE);
        headers.insert("lambda-runtime-invoked-function-arn", ARN);
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        response
    }
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
