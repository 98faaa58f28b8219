//! Messages of the dispatch queue, and the function that takes them out.

use std::collections::VecDeque;
use std::rc::Rc;

use local::problem::Problem;
use serde_json::{Value, json};

use crate::functions::events::Event;
use crate::functions::metering::Metered;
use crate::functions::recorded;
use crate::functions::sandbox::{Program, Sandbox};
use crate::growth::curve::Took;
use crate::growth::trial::{Bench, mebibytes};

/// How many messages a batch has, as in the template.
const BATCH: usize = 10;

/// What the names of the queues' URLs end with: the one that is dispatched from.
const QUEUE: &str = "DispatchQueue";

/// The first message of each kind that an event becomes.
pub(super) struct Parts {
    /// Those who watch, from one on.
    pub(super) page: Option<String>,
    /// A hundred people are to be told.
    pub(super) hundred: Option<String>,
}

impl Parts {
    /// Of what was put into the queue.
    pub(super) fn of(metered: &Metered) -> Self {
        let first = |kind: &str| {
            let mut bodies = to_dispatch(metered);
            bodies.find(|body| {
                let body: Value = serde_json::from_str(body).unwrap_or_default();
                body.pointer("/part").and_then(|part| part.get(kind)).is_some()
            })
        };
        Self { page: first("watchers_after").cloned(), hundred: first("people").cloned() }
    }
}

fn to_dispatch(metered: &Metered) -> impl Iterator<Item = &String> {
    metered.messages.iter().filter(|(queue, _)| queue.ends_with(QUEUE)).map(|(_, body)| body)
}

/// The event that a function gets of these messages.
pub(super) fn of_messages(bodies: &[String]) -> Result<Event, Problem> {
    let mut event = recorded::event("dispatch-events")?;
    let record = event.pointer("/Records/0").cloned().unwrap_or_default();
    let records = bodies.iter().enumerate().map(|(number, body)| {
        let mut record = record.clone();
        if let Value::Object(fields) = &mut record {
            fields.insert("messageId".to_owned(), json!(format!("message-{number}")));
            fields.insert("body".to_owned(), json!(body));
        }
        record
    });
    let records: Vec<Value> = records.collect();
    if let Value::Object(fields) = &mut event {
        fields.insert("Records".to_owned(), json!(records));
    }
    Ok(Event::new(event))
}

/// Dispatches an event from its message to the last of those who watch: what that takes for each of
/// them, and of memory in all.
pub(super) async fn whole(
    bench: &Bench,
    engine: &str,
    program: &Program,
    (message, watchers): (String, u32),
) -> Result<Took, Problem> {
    let stage = &bench.stage;
    let program = Program { script: Rc::default(), ..program.clone() };
    let mut sandbox = Sandbox::start(stage, &program, None).await?;
    stage.stand_in.learn(engine);
    let mut waiting = VecDeque::from([message]);
    let mut all = Metered::default();
    while !waiting.is_empty() {
        let batch: Vec<String> = waiting.drain(..BATCH.min(waiting.len())).collect();
        stage.stand_in.metered();
        let answer = sandbox.invoke(of_messages(&batch)?.with("")).await;
        let metered = stage.stand_in.metered();
        if let Err(problem) = answer {
            stage.stand_in.repeat();
            return Err(problem);
        }
        waiting.extend(to_dispatch(&metered).cloned());
        all.calls = all.calls.saturating_add(metered.calls);
        all.read += metered.read;
        all.written += metered.written;
    }
    stage.stand_in.repeat();
    sandbox.rest().await?;
    let each = f64::from(watchers);
    Ok(Took {
        calls: f64::from(all.calls) / each,
        read: all.read / each,
        written: all.written / each,
        instructions: None,
        memory: mebibytes(sandbox.probe().peak_memory()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_an_event_are_told_from_each_other_and_from_other_queues() {
        let people = r#"{"version":2,"part":{"people":["a"]},"attempts":0}"#;
        let after = r#"{"version":2,"part":{"watchers_after":"z"},"attempts":0}"#;
        let queue = |name: &str, body: &str| (format!("https://sqs/{name}"), body.to_owned());
        let messages =
            vec![queue("DeliveryQueue", people), queue(QUEUE, after), queue(QUEUE, people)];
        let parts = Parts::of(&Metered { messages, ..Metered::default() });
        assert_eq!(parts.page.as_deref(), Some(after));
        assert_eq!(parts.hundred.as_deref(), Some(people));
    }
}
