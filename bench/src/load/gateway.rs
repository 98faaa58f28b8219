//! The functions' programs behind a gateway: a process of each, before it a Runtime API, behind it an
//! engine. A process answers one request at a time, and the others wait, as on Lambda with a
//! concurrency of one.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::Path;
use std::rc::Rc;

use futures_util::future::{FutureExt as _, LocalBoxFuture, try_join_all};
use http::{Request, Response, StatusCode};
use hyper::body::Bytes;
use local::gateway::{event_of, into_response};
use local::problem::Problem;
use local::server;
use local::template::Route;
use tokio::sync::{mpsc, oneshot};

use crate::functions::sandbox::{Connections, Program, Sandbox};
use crate::functions::stage::Stage;
use crate::functions::subject::{self, Build};

/// The functions that are asked.
const FUNCTIONS: [&str; 4] =
    ["get-notification-prefs", "put-notification-prefs", "list-notifications", "decide-delivery"];

/// An event, and where its answer goes.
type Asked = (Bytes, oneshot::Sender<Bytes>);

/// Lets something be done with the gateway's URL, and ends with that.
pub(super) async fn with<T>(
    stage: &Stage,
    folder: Option<&Path>,
    work: impl AsyncFnOnce(&str) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let engine = stage.world.open(&stage.template).await?;
    let names = FUNCTIONS.map(str::to_owned);
    let files = subject::programs(folder, &names, Build::FastLink)?;
    let (mut workers, mut desks) = (Vec::new(), BTreeMap::new());
    for (name, file) in names.into_iter().zip(files) {
        let mut functions = stage.template.functions.iter();
        let function = functions.find(|function| function.name == name);
        let function = function.ok_or_else(|| Problem(format!("there is no {name}")))?;
        let mut environment = stage.environment_of(function);
        // Nothing of this process stands between the function and the engine.
        environment.push(("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), engine.endpoint().to_owned()));
        let program = Program {
            file,
            arguments: Vec::new(),
            environment,
            script: Rc::default(),
            connections: Connections::default(),
            compiles_itself: false,
        };
        let (ask, asked) = mpsc::unbounded_channel();
        workers.push(answer(Sandbox::start(stage, &program, None).await?, asked));
        desks.insert(name, ask);
    }
    let listener = server::bind((Ipv4Addr::LOCALHOST, 0).into()).await?;
    let address = listener.local_addr();
    let address = address.map_err(|error| Problem::new("the gateway has no address", error))?;
    let gateway = Rc::new(Gateway { routes: stage.template.routes(), desks });
    let respond = Rc::new(move |request| Rc::clone(&gateway).respond(request));
    let serving = server::serve(listener, respond, std::future::pending());
    let url = format!("http://{address}");
    tokio::select! {
        done = work(&url) => done,
        () = serving => Err(Problem("the gateway has ended".to_owned())),
        failed = try_join_all(workers) => Err(failed.err().unwrap_or_else(|| {
            Problem("the functions have ended".to_owned())
        })),
    }
}

/// Invokes a function with one event after the other. One that is not answered well ends it all.
async fn answer(
    mut sandbox: Sandbox<'_>,
    mut asked: mpsc::UnboundedReceiver<Asked>,
) -> Result<(), Problem> {
    while let Some((event, answered)) = asked.recv().await {
        let answer = sandbox.invoke(event).await?;
        // Who asked may have hung up, as wrk does when its time is over.
        answered.send(Bytes::copy_from_slice(answer.payload())).ok();
    }
    Ok(())
}

struct Gateway {
    routes: Vec<Route>,
    desks: BTreeMap<String, mpsc::UnboundedSender<Asked>>,
}

impl Gateway {
    fn respond(
        self: Rc<Self>,
        request: Request<Bytes>,
    ) -> LocalBoxFuture<'static, Response<Bytes>> {
        async move { self.call(request).await.unwrap_or_else(bad_gateway) }.boxed_local()
    }

    async fn call(&self, request: Request<Bytes>) -> Option<Response<Bytes>> {
        let (function, event) = event_of(&self.routes, request)?;
        let (answer, answered) = oneshot::channel();
        let event = serde_json::to_vec(&event).ok()?;
        self.desks.get(&function)?.send((event.into(), answer)).ok()?;
        Some(into_response(serde_json::from_slice(&answered.await.ok()?).ok()?))
    }
}

fn bad_gateway() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response
}
