//! The buses of EventBridge. Ours invokes every function that has a rule on it, with what was put on it
//! inside an event of its own. What Amazon SES puts on the account's own bus goes into a queue, as it
//! is. Which events a rule is for is not looked at.

mod file;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::value::RawValue;
use shared::app::App;
use shared::boot::{BusEvent, Invocation};
use shared::deliver::queue::{DeadLetter, Message, Queue as _};

pub use file::{Events, read_events};

use crate::functions::{self, BusFunction};
use crate::problem::Problem;
use crate::queue::LocalQueue;
use crate::queues::Queues;
use crate::template::Template;

/// The source of the events of Amazon SES.
const SES: &str = "aws.ses";

/// A bus, and the functions that have a rule on it.
pub struct Bus {
    app: Rc<App>,
    functions: BTreeMap<&'static str, Rule>,
    queue: LocalQueue,
    feedback: LocalQueue,
}

/// What the bus invokes, and for how long.
struct Rule {
    function: BusFunction,
    timeout: Duration,
}

/// Why an event was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepted {
    /// It is among the dead letters, for this reason.
    #[error("it was refused: {0}")]
    Refused(String),
    /// It was not taken, and may be another time: Lambda invokes twice more.
    #[error("it was not taken: {0}")]
    Undone(String),
    /// Nobody would get it.
    #[error("no function has a rule on the bus")]
    NoRule,
}

/// What EventBridge says around an event.
#[derive(Serialize)]
struct Envelope<'a> {
    version: &'static str,
    id: String,
    #[serde(rename = "detail-type")]
    detail_type: &'static str,
    source: &'static str,
    account: &'static str,
    time: String,
    #[serde(rename = "replay-name", skip_serializing_if = "Option::is_none")]
    replay_name: Option<&'static str>,
    region: &'static str,
    resources: [&'static str; 0],
    detail: &'a RawValue,
}

impl Bus {
    /// A bus with the functions of the template.
    ///
    /// # Errors
    ///
    /// [`Problem`], if the template lacks one of them.
    pub fn new(template: &Template, app: Rc<App>, queues: &Queues) -> Result<Self, Problem> {
        let rule = |(name, function)| {
            let declared = template.functions.iter().find(|declared| declared.name == name);
            let missing = || Problem(format!("template.yaml has no {name}"));
            Ok((name, Rule { function, timeout: declared.ok_or_else(missing)?.timeout }))
        };
        let functions = functions::bus_functions().into_iter().map(rule);
        let functions = functions.collect::<Result<_, Problem>>()?;
        let Queues { dispatch: queue, feedback, delivery: _, digest: _ } = queues.clone();
        Ok(Self { app, functions, queue, feedback })
    }

    /// Puts another function in place of the one of that name: for tests of what such a function
    /// may do.
    pub fn replace(&mut self, name: &str, function: BusFunction) {
        if let Some(rule) = self.functions.get_mut(name) {
            rule.function = function;
        }
    }

    /// Puts an event on the bus and waits until every function has seen it.
    ///
    /// # Errors
    ///
    /// [`NotAccepted`]; some functions may have taken it all the same.
    pub async fn put(&self, detail: &RawValue) -> Result<(), NotAccepted> {
        if self.functions.is_empty() {
            return Err(NotAccepted::NoRule);
        }
        let put_at = self.app.now().to_string();
        for (name, rule) in &self.functions {
            self.deliver(name, rule, detail, (&put_at, None)).await?;
        }
        Ok(())
    }

    /// Puts an event there that the bus's archive replays, and that was put there first at that time.
    ///
    /// # Errors
    ///
    /// As [`Bus::put`].
    pub async fn replay(&self, detail: &RawValue, put_at: &str) -> Result<(), NotAccepted> {
        for (name, rule) in &self.functions {
            self.deliver(name, rule, detail, (put_at, Some("replay"))).await?;
        }
        Ok(())
    }

    /// Puts an event of Amazon SES into the queue that the rule for those leads to.
    ///
    /// # Errors
    ///
    /// [`NotAccepted::Undone`], if the queue did not take it.
    pub async fn put_from_ses(&self, event: &RawValue) -> Result<(), NotAccepted> {
        let body = event.get().to_owned();
        let message = Message { group: SES.to_owned(), body, delay: Duration::ZERO };
        let taken = self.feedback.send(vec![message]).await;
        taken.map_err(|error| NotAccepted::Undone(error.to_string()))
    }

    async fn deliver(
        &self,
        name: &'static str,
        Rule { function, timeout }: &Rule,
        detail: &RawValue,
        put: (&str, Option<&'static str>),
    ) -> Result<(), NotAccepted> {
        let undone = |why: &dyn ToString| NotAccepted::Undone(why.to_string());
        let event = self.event(detail, put).map_err(|error| undone(&error))?;
        let (id, remaining) = ("local".to_owned(), *timeout);
        let invocation = Invocation { id, function: name.into(), remaining };
        let before = self.queue.mark();
        let taken = AssertUnwindSafe(function(Rc::clone(&self.app), event, invocation));
        match tokio::time::timeout(*timeout, taken.catch_unwind()).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => return Err(undone(&error)),
            Ok(Err(_panic)) => return Err(undone(&"the function panicked")),
            Err(_elapsed) => return Err(undone(&"the function took too long")),
        }
        // What a function cannot do with an event, it says in a dead letter.
        let letters = self.queue.dead_letters(Some(&before)).await;
        let letters = letters.map_err(|error| undone(&error))?;
        match letters
            .into_iter()
            .find(|letter| letter.body == DeadLetter::new(detail.get(), "").body)
        {
            Some(letter) => Err(NotAccepted::Refused(letter.reason)),
            None => Ok(()),
        }
    }

    fn event(
        &self,
        detail: &RawValue,
        (put_at, replay_name): (&str, Option<&'static str>),
    ) -> Result<BusEvent, serde_json::Error> {
        let envelope = Envelope {
            version: "0",
            id: self.app.unique_id().to_string(),
            detail_type: "CloudEvent",
            source: "local",
            account: "000000000000",
            time: put_at.to_owned(),
            replay_name,
            region: "us-east-1",
            resources: [],
            detail,
        };
        serde_json::from_str(&serde_json::to_string(&envelope)?)
    }
}
