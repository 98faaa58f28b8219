//! A running `cargo dev`, as its subcommands see it.

use std::path::Path;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::file::{ControlFile, Said, not_running};
use super::{
    API_KEYS, Accepted, Answered, EVENTS, NewApiKey, NewTick, OPERATORS, SES_EVENTS, TICKS,
};
use crate::problem::Problem;
use crate::schedules::Ticked;

/// How many events go into one request.
const EVENTS_AT_ONCE: usize = 100;

/// Longer than a running system takes for a request.
const PATIENCE: Duration = Duration::from_secs(60);

/// The same of what an operator asks, which may take as long as its function has.
const PATIENCE_OF_OPERATORS: Duration = Duration::from_secs(310);

/// A running `cargo dev`.
pub struct Remote(Said);

impl Remote {
    /// The one that the folder tells of.
    ///
    /// # Errors
    ///
    /// [`Problem`], if it tells of none.
    pub fn find(folder: &Path) -> Result<Self, Problem> {
        ControlFile::read(folder).map(Self)
    }

    /// Puts events on the bus, one after the other.
    ///
    /// # Errors
    ///
    /// [`Problem`], if nobody answers.
    pub async fn put_events(&self, events: &[Box<RawValue>]) -> Result<Accepted, Problem> {
        let mut all = Accepted::default();
        for (index, events) in events.chunks(EVENTS_AT_ONCE).enumerate() {
            let Accepted { accepted, refused } = self.post(EVENTS, &events).await?;
            all.accepted += accepted;
            all.refused.extend(refused.into_iter().map(|mut refused| {
                refused.number += index * EVENTS_AT_ONCE;
                refused
            }));
        }
        Ok(all)
    }

    /// Puts an event of Amazon SES on the account's bus.
    ///
    /// # Errors
    ///
    /// [`Problem`], if nobody answers, or the event is not taken.
    pub async fn put_from_ses(&self, event: &RawValue) -> Result<Accepted, Problem> {
        self.post(SES_EVENTS, event).await
    }

    /// Makes an API key.
    ///
    /// # Errors
    ///
    /// [`Problem`], if nobody answers.
    pub async fn create_api_key(&self, key: &NewApiKey) -> Result<Answered, Problem> {
        self.post(API_KEYS, key).await
    }

    /// Has everything with a schedule invoked, for that instant or for now.
    ///
    /// # Errors
    ///
    /// [`Problem`], if nobody answers.
    pub async fn tick(&self, at: Option<Timestamp>) -> Result<Ticked, Problem> {
        self.post(TICKS, &NewTick { at: at.map(|at| at.to_string()) }).await
    }

    /// Asks a function that operators ask.
    ///
    /// # Errors
    ///
    /// [`Problem`], if nobody answers, or it could not be done.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        name: &str,
        question: &impl Serialize,
    ) -> Result<T, Problem> {
        self.post_within(PATIENCE_OF_OPERATORS, &format!("{OPERATORS}{name}"), question).await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T, Problem> {
        self.post_within(PATIENCE, path, body).await
    }

    async fn post_within<T: DeserializeOwned>(
        &self,
        patience: Duration,
        path: &str,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T, Problem> {
        let Said { address, token } = &self.0;
        let no_request =
            |error: &dyn std::fmt::Display| Problem::new("this makes no request", error);
        let body = serde_json::to_vec(body).map_err(|error| no_request(&error))?;
        let request = Request::post(format!("http://{address}{path}"))
            .header(AUTHORIZATION, format!("Bearer {}", token.as_str()))
            .body(Full::<Bytes>::from(body))
            .map_err(|error| no_request(&error))?;
        let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
        let answer = tokio::time::timeout(patience, client.request(request)).await;
        let answer = answer.map_err(|_elapsed| Problem("cargo dev does not answer".to_owned()))?;
        // Nobody listens there any more, or someone who speaks otherwise.
        let answer = answer.map_err(|_cause| not_running())?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(|_cause| not_running())?.to_bytes();
        match status {
            StatusCode::OK => serde_json::from_slice(&body).map_err(|_cause| not_running()),
            StatusCode::BAD_REQUEST => Err(refusal(&body).unwrap_or_else(not_running)),
            StatusCode::PAYLOAD_TOO_LARGE => Err(Problem("that is too much at once".to_owned())),
            // The port is someone else's by now, and they do not know the token.
            _ => Err(not_running()),
        }
    }
}

fn refusal(body: &[u8]) -> Option<Problem> {
    #[derive(Deserialize)]
    struct Refusal {
        message: String,
    }
    let Refusal { message } = serde_json::from_slice(body).ok()?;
    Some(Problem(message))
}
