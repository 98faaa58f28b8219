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

/// What is behind the gateway.
pub(crate) struct Behind<'a> {
    /// What the functions run on.
    pub(crate) stage: &'a Stage,
    /// Their names.
    pub(crate) functions: &'a [&'a str],
    /// Where their programs are; they are built unless it is given.
    pub(crate) folder: Option<&'a Path>,
    /// Where the engine is.
    pub(crate) engine: &'a str,
    /// What they are told besides, or instead.
    pub(crate) environment: &'a [(String, String)],
    /// What they may answer.
    pub(crate) answers: Answers,
}

/// What functions may answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answers {
    /// What is good: anything else ends it all.
    Good,
    /// Anything: it is for whoever asks to say what is good.
    Any,
}

/// A function's process.
pub(crate) struct Running {
    /// The function's name.
    pub(crate) name: String,
    /// The process's id.
    pub(crate) id: u32,
}

/// An event, and where its answer goes.
type Asked = (Bytes, oneshot::Sender<Bytes>);

/// Lets something be done with the gateway's URL, and the processes behind it, and ends with that.
pub(crate) async fn with<T>(
    behind: &Behind<'_>,
    work: impl AsyncFnOnce(&str, &[Running]) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let Behind { stage, functions, folder, engine, environment: besides, answers } = *behind;
    let names: Vec<String> = functions.iter().copied().map(str::to_owned).collect();
    let files = subject::programs(folder, &names, Build::FastLink)?;
    let (mut workers, mut desks, mut running) = (Vec::new(), BTreeMap::new(), Vec::new());
    for (name, file) in names.into_iter().zip(files) {
        let mut functions = stage.template.functions.iter();
        let function = functions.find(|function| function.name == name);
        let function = function.ok_or_else(|| Problem(format!("there is no {name}")))?;
        let mut environment = stage.environment_of(function);
        // Nothing of this process stands between the function and the engine.
        environment.push(("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), engine.to_owned()));
        environment.extend_from_slice(besides);
        let program = Program {
            file,
            arguments: Vec::new(),
            environment,
            script: Rc::default(),
            connections: Connections::default(),
            compiles_itself: false,
        };
        let (ask, asked) = mpsc::unbounded_channel();
        let sandbox = Sandbox::start(stage, &program, None).await?;
        running.push(Running { name: name.clone(), id: sandbox.id() });
        workers.push(answer(sandbox, asked, answers));
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
        done = work(&url, &running) => done,
        () = serving => Err(Problem("the gateway has ended".to_owned())),
        failed = try_join_all(workers) => Err(failed.err().unwrap_or_else(|| {
            Problem("the functions have ended".to_owned())
        })),
    }
}

/// Invokes a function with one event after the other.
async fn answer(
    mut sandbox: Sandbox<'_>,
    mut asked: mpsc::UnboundedReceiver<Asked>,
    answers: Answers,
) -> Result<(), Problem> {
    while let Some((event, answered)) = asked.recv().await {
        let answer = match answers {
            Answers::Good => sandbox.invoke(event).await?,
            Answers::Any => sandbox.ask(event).await?,
        };
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
