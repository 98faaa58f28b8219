//! Everyone who asks, one after the other, and what they make of the answers.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request, Response};
use hyper::body::Bytes;
use local::problem::Problem;
use serde::Deserialize;

use super::connections::Connections;
use super::expectation::{Expectation, Unread};
use super::fault::Fault;
use super::operation::{self, Asker, Does, INBOX, Operation, Topic};
use super::people::People;

/// How many look at their inboxes at once, before anything is measured.
const LOOKING: usize = 8;

/// How many of their notifications somebody marks.
const NAMED: usize = 2;

/// Everyone, and how they reach the gateway.
pub(super) struct Crowd {
    people: Vec<Person>,
    connections: Connections,
    time: String,
    /// The number of the next request.
    next: Cell<u64>,
}

struct Person {
    user: String,
    authorization: String,
    inbox: RefCell<Vec<Notification>>,
    expectations: RefCell<BTreeMap<Topic, Expectation>>,
}

/// A request that went well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Good {
    /// It was answered.
    Answered,
    /// And it showed what was written before.
    Compared,
}

#[derive(Deserialize)]
struct Notification {
    id: u64,
}

impl Crowd {
    /// Those people, before the gateway at that URL.
    pub(super) fn of(people: People, url: &str) -> Self {
        let People { all, time, .. } = people;
        let person = |(user, token): (String, String)| Person {
            user,
            authorization: format!("Bearer {token}"),
            inbox: RefCell::default(),
            expectations: RefCell::default(),
        };
        let people = all.into_iter().map(person).collect();
        Self { people, connections: Connections::to(url), time, next: Cell::new(0) }
    }

    /// Everyone looks at their inbox, and knows from then on what is in it.
    pub(super) async fn look_around(&self) -> Result<(), Problem> {
        let looks = self.people.iter().map(async |person| {
            let failed = |error: &dyn std::fmt::Display| Problem::new("an inbox", error);
            let request = person.request(INBOX, None).map_err(|fault| failed(&fault))?;
            let answer = self.answer(request).await.map_err(|fault| failed(&fault))?;
            let inbox: Vec<Notification> =
                serde_json::from_slice(answer.body()).map_err(|error| failed(&error))?;
            if inbox.len() < NAMED {
                return Err(failed(&"it holds too little"));
            }
            person.inbox.replace(inbox);
            Ok(())
        });
        stream::iter(looks).buffer_unordered(LOOKING).try_collect().await
    }

    /// Sends the next request: who sends it follows from its number, and so does what it asks for.
    pub(super) async fn ask(&self) -> (&'static Operation, Result<Good, Fault>) {
        let number = self.next.replace(self.next.get() + 1);
        let operation = operation::of_number(number);
        let count = self.people.len().max(1) as u64;
        let place = usize::try_from(number % count).unwrap_or_default();
        let done = match self.people.get(place) {
            Some(person) => self.carry_out(person, operation, number).await,
            None => Err(Fault::Socket("nobody is there".to_owned())),
        };
        (operation, done)
    }

    async fn carry_out(
        &self,
        person: &Person,
        operation: &Operation,
        number: u64,
    ) -> Result<Good, Fault> {
        let topic = operation.topic;
        let look = topic.and_then(|topic| person.expect(topic, |known| known.look()));
        let is_write = operation.does != Does::Reads;
        let begun = topic.filter(|_| is_write);
        let is_on = begun.map(|topic| person.expect(topic, |known| known.begin(operation.does)));
        let is_on = is_on.unwrap_or_default();
        let named: Vec<u64> = person.inbox.borrow().iter().take(NAMED).map(|it| it.id).collect();
        let asker = Asker { user: &person.user, notifications: &named, number, time: &self.time };
        let answer = match person.request(operation, operation.body(&asker, is_on)) {
            Ok(request) => self.answer(request).await,
            Err(fault) => Err(fault),
        };
        if let Some(topic) = begun {
            let unread = Unread { all: person.inbox.borrow().len(), named: named.len() };
            let shown = answer.as_ref().ok().map(|answer| topic.shown(is_on, answer, unread));
            person.expect(topic, |known| known.end(shown));
        }
        let answer = answer?;
        let (Some(topic), Some(look)) = (topic.filter(|_| !is_write), look) else {
            return Ok(Good::Answered);
        };
        let shown = person.expect(topic, |known| known.seen(&look).map(str::to_owned));
        match shown {
            Some(shown) if topic.is_shown(&shown, &answer) => Ok(Good::Compared),
            Some(shown) => Err(Fault::Stale(shown)),
            None => Ok(Good::Answered),
        }
    }

    /// A good answer.
    async fn answer(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Fault> {
        let answer = self.connections.ask(request).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        Err(Fault::Status(answer.status(), text))
    }
}

impl Person {
    fn expect<T>(&self, topic: Topic, what: impl FnOnce(&mut Expectation) -> T) -> T {
        what(self.expectations.borrow_mut().entry(topic).or_default())
    }

    fn request(
        &self,
        operation: &Operation,
        body: Option<String>,
    ) -> Result<Request<Bytes>, Fault> {
        let request = Request::builder().method(operation.method).uri(operation.path);
        let mut request = request.header(AUTHORIZATION, &self.authorization);
        if body.is_some() {
            request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let request = request.body(body.unwrap_or_default().into());
        request.map_err(|error| Fault::Socket(error.to_string()))
    }
}
