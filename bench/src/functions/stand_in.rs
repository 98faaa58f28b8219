//! AWS over TLS 1.3, near and at once: what is measured is the function.
//!
//! The store's answers are an engine's own, from the one invocation that [`StandIn::learn`] lets
//! through to it; from then on they are repeated.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::sync::Arc;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use local::problem::Problem;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::{ServerConfig, version};

use super::certificates::Certificates;
use super::metering::{self, Metered};
use super::queues_and_secrets::{self, Secrets};
use super::script::{Said, Script};

/// By what name it is reached: one that has to be looked up.
const HOST_NAME: &str = "localhost";

/// What names an operation.
const TARGET: &str = "x-amz-target";

/// What the targets of DynamoDB's operations begin with.
const STORE: &str = "DynamoDB_20120810.";

/// AWS, on a port of this machine.
pub(crate) struct StandIn {
    store_url: String,
    services_url: String,
    root: String,
    desk: Rc<Desk>,
}

/// What answers.
struct Desk {
    /// What the function that runs is told.
    script: RefCell<Rc<Script>>,
    secrets: Secrets,
    /// Where questions go that are to be learned, `host:port`.
    engine: RefCell<Option<String>>,
    /// What could not be answered.
    trouble: RefCell<Option<String>>,
    /// How many connections were opened.
    connections: Cell<usize>,
    /// What the engine was asked for.
    metered: RefCell<Metered>,
}

impl StandIn {
    /// Listens. Call it in a `tokio::task::LocalSet`.
    pub(crate) async fn start(secrets: Secrets) -> Result<Self, Problem> {
        let failed = |error: &dyn std::fmt::Display| Problem::new("there is no stand-in", error);
        let Certificates { chain, key, root } = Certificates::of(HOST_NAME)?;
        let tls = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(&[&version::TLS13])
            .map_err(|error| failed(&error))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| failed(&error))?;
        let desk = Rc::new(Desk {
            script: RefCell::default(),
            secrets,
            engine: RefCell::default(),
            trouble: RefCell::default(),
            connections: Cell::default(),
            metered: RefCell::default(),
        });
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        let store_url = listen(&acceptor, &desk).await?;
        // As on AWS, each service has a connection of its own.
        let services_url = listen(&acceptor, &desk).await?;
        Ok(Self { store_url, services_url, root, desk })
    }

    /// Where the store is.
    pub(crate) fn store_url(&self) -> &str {
        &self.store_url
    }

    /// Where everything else is.
    pub(crate) fn services_url(&self) -> &str {
        &self.services_url
    }

    /// Whose certificates it shows, in PEM.
    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// From now on, the store's questions go to that engine, and its answers are kept.
    pub(crate) fn learn(&self, engine: &str) {
        let address = engine.trim_start_matches("http://").to_owned();
        self.desk.engine.replace(Some(address));
    }

    /// From now on, what was learned is said again.
    pub(crate) fn repeat(&self) {
        self.desk.engine.replace(None);
    }

    /// Another invocation begins, of whom this is said to.
    pub(crate) fn play(&self, script: &Rc<Script>) {
        script.begin();
        self.desk.script.replace(Rc::clone(script));
    }

    /// How many connections were opened until now.
    pub(crate) fn connections(&self) -> usize {
        self.desk.connections.get()
    }

    /// What was asked of the engine, and put into queues meanwhile, since this was asked before.
    pub(crate) fn metered(&self) -> Metered {
        self.desk.metered.take()
    }

    /// What could not be answered since this was asked before: such a measurement is none.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        self.desk.trouble.take().map_or(Ok(()), |trouble| Err(Problem(trouble)))
    }
}

/// Listens on a port, and says at which URL.
async fn listen(acceptor: &TlsAcceptor, desk: &Rc<Desk>) -> Result<String, Problem> {
    let failed = |error| Problem::new("the stand-in cannot listen", error);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    tokio::task::spawn_local(accept(listener, acceptor.clone(), Rc::clone(desk)));
    Ok(format!("https://{HOST_NAME}:{port}"))
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, desk: Rc<Desk>) {
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).ok();
        tokio::task::spawn_local(serve(stream, acceptor.clone(), Rc::clone(&desk)));
    }
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, desk: Rc<Desk>) {
    // Who does not trust us notices that.
    let Ok(stream) = acceptor.accept(stream).await else { return };
    desk.connections.update(|opened| opened.saturating_add(1));
    let service = service_fn(async |request| Ok::<_, Infallible>(desk.take(request).await));
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}

impl Desk {
    async fn take(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let Ok(body) = body.collect().await else { return self.fail("a request breaks off") };
        let body = body.to_bytes();
        if head.method == Method::GET {
            // Every endpoint of AWS has this page, for whoever connects ahead of time.
            return Response::new(Full::new(Bytes::from_static(b"healthy")));
        }
        let target = head.headers.get(TARGET).and_then(|target| target.to_str().ok());
        let target = target.unwrap_or_default().to_owned();
        let Some(operation) = target.strip_prefix(STORE) else {
            if self.engine.borrow().is_some() {
                self.metered.borrow_mut().note_messages(&target, &body);
            }
            return match queues_and_secrets::answer(&target, &body, &self.secrets) {
                Some(json) => respond(&said(json.to_string())),
                None => self.fail(&format!("nobody answers {target} here")),
            };
        };
        let engine = self.engine.borrow().clone();
        let script = Rc::clone(&self.script.borrow());
        let said = match engine {
            None => script.say(operation, &body),
            Some(engine) => {
                match ask(&engine, Request::from_parts(head, metering::asking(&body))).await {
                    Ok(said) => {
                        let said = self.metered.borrow_mut().note(operation, said);
                        script.learn(operation, &body, said.clone());
                        Some(said)
                    }
                    Err(problem) => return self.fail(&problem.0),
                }
            }
        };
        match said {
            Some(said) => respond(&said),
            None => self.fail(&format!("the store was never asked for such a {operation}")),
        }
    }

    fn fail(&self, why: &str) -> Response<Full<Bytes>> {
        self.trouble.replace(Some(why.to_owned()));
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
        response
    }
}

/// Asks the engine.
async fn ask(engine: &str, mut request: Request<Bytes>) -> Result<Said, Problem> {
    let failed = |error: &dyn std::fmt::Display| Problem::new("the engine does not answer", error);
    if let Ok(host) = HeaderValue::from_str(engine) {
        request.headers_mut().insert(HOST, host);
    }
    request.headers_mut().remove(CONTENT_LENGTH);
    let stream = TcpStream::connect(engine).await.map_err(|error| failed(&error))?;
    let connected = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = connected.map_err(|error| failed(&error))?;
    tokio::task::spawn_local(connection);
    let response = sender.send_request(request.map(Full::new)).await;
    let (head, body) = response.map_err(|error| failed(&error))?.into_parts();
    let body = body.collect().await.map_err(|error| failed(&error))?.to_bytes();
    Ok(Said { status: head.status, ..said(body) })
}

/// What AWS says with that body.
pub(super) fn said(body: impl Into<Bytes>) -> Said {
    let body = body.into();
    let checksum = HeaderValue::from(crc32fast::hash(&body));
    let id = HeaderValue::from_static("4KBNVRGD25RG1KEO9UT4V3FQDJVV4KQNSO5AEMVJF66Q9ASUAAJG");
    let json = HeaderValue::from_static("application/x-amz-json-1.0");
    let headers = [("x-amzn-requestid", id), ("x-amz-crc32", checksum)];
    let mut said = Said { status: StatusCode::OK, headers: http::HeaderMap::new(), body };
    said.headers.insert(CONTENT_TYPE, json);
    for (name, value) in headers {
        said.headers.insert(name, value);
    }
    said
}

fn respond(said: &Said) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(said.body.clone()));
    *response.status_mut() = said.status;
    *response.headers_mut() = said.headers.clone();
    response
}
