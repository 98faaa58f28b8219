//! A function of the template, and what triggers it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::{Schedule, Variable, read_environment};
use crate::problem::Problem;

/// A function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its folder, package and binary.
    pub name: String,
    /// What it is invoked for.
    pub triggers: Vec<Trigger>,
    /// How long it may take.
    pub timeout: Duration,
    /// The environment that it has beside that of all functions.
    pub environment: BTreeMap<String, Variable>,
}

/// What a function is invoked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// A request to the HTTP API.
    Route(Route),
    /// Messages of a queue.
    Queue {
        /// The queue's logical id.
        queue: String,
        /// The most messages of one invocation.
        batch: usize,
    },
    /// An event on the bus.
    Bus,
    /// The time, by itself.
    Schedule(Schedule),
    /// An operator, who invokes it by its name: nothing else does.
    Operator,
}

/// One route, and the function behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The verb, in capitals.
    pub method: String,
    /// The path, with `{names}` for what varies.
    pub path: String,
    /// The function's folder, package and binary.
    pub function: String,
}

/// How many messages an invocation gets at most, unless the template says so (SAM).
const BATCH: u64 = 10;

pub(super) fn read(
    template: &Value,
    function: &Value,
    timeout_of_all: Duration,
) -> Result<Function, Problem> {
    let missing = || Problem("a function has no CodeUri".to_owned());
    let properties = function.get("Properties").ok_or_else(missing)?;
    let code = properties.get("CodeUri").and_then(Value::as_str);
    let name = code.and_then(|code| code.rsplit('/').next()).ok_or_else(missing)?;
    let events = properties.get("Events").and_then(Value::as_object);
    let events = events.into_iter().flat_map(|events| events.values());
    let triggers: Vec<Trigger> =
        events.map(|event| read_trigger(name, event)).collect::<Result<_, _>>()?;
    let triggers = if triggers.is_empty() { vec![Trigger::Operator] } else { triggers };
    let timeout = properties.get("Timeout").and_then(Value::as_u64).map(Duration::from_secs);
    Ok(Function {
        name: name.to_owned(),
        triggers,
        timeout: timeout.unwrap_or(timeout_of_all),
        environment: read_environment(template, properties),
    })
}

fn read_trigger(name: &str, event: &Value) -> Result<Trigger, Problem> {
    let kind = event.get("Type").and_then(Value::as_str).unwrap_or_default();
    let wrong = |what: &str| Problem(format!("the {kind} event of {name} {what}"));
    let text = |pointer: &str| {
        let text = event.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| wrong(&format!("has no {pointer}")))
    };
    match kind {
        "HttpApi" => Ok(Trigger::Route(Route {
            method: text("/Properties/Method")?.to_ascii_uppercase(),
            path: text("/Properties/Path")?,
            function: name.to_owned(),
        })),
        "SQS" => {
            let queue = event.pointer("/Properties/Queue").and_then(resource_of_arn);
            // Without it, a batch in which one message fails is repeated as a whole.
            let answer = event.pointer("/Properties/FunctionResponseTypes/0");
            if answer.and_then(Value::as_str) != Some("ReportBatchItemFailures") {
                return Err(wrong("does not ask for ReportBatchItemFailures"));
            }
            let batch = event.pointer("/Properties/BatchSize").and_then(Value::as_u64);
            Ok(Trigger::Queue {
                queue: queue.ok_or_else(|| wrong("names no queue"))?.to_owned(),
                batch: usize::try_from(batch.unwrap_or(BATCH)).unwrap_or(usize::MAX),
            })
        }
        "EventBridgeRule" => Ok(Trigger::Bus),
        "ScheduleV2" => {
            let (rate, input) =
                (text("/Properties/ScheduleExpression")?, text("/Properties/Input")?);
            let schedule = Schedule::read(&rate, &input);
            let wrong = || wrong("has no rate(…), or an Input without the scheduled time");
            Ok(Trigger::Schedule(schedule.ok_or_else(wrong)?))
        }
        _ => Err(wrong("is of a kind that nobody delivers here")),
    }
}

/// The resource whose ARN is meant.
pub(super) fn resource_of_arn(value: &Value) -> Option<&str> {
    let attribute = value.get("Fn::GetAtt")?;
    match attribute.as_str() {
        Some(text) => text.strip_suffix(".Arn"),
        None => attribute.get(0)?.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::*;

    fn read_json(properties: Value) -> Result<Function, String> {
        let function = json!({ "Properties": properties });
        read(&json!({}), &function, Duration::from_secs(10)).map_err(|problem| problem.0)
    }

    fn event(kind: &str, properties: Value) -> Value {
        json!({ "CodeUri": "functions/a", "Events": { "E": { "Type": kind, "Properties": properties } } })
    }

    #[test]
    fn a_worker_names_its_queue_in_either_way_and_may_leave_the_size_of_its_batches_out() {
        let answers = json!(["ReportBatchItemFailures"]);
        for queue in [json!("Q.Arn"), json!(["Q", "Arn"])] {
            let queue =
                json!({ "Queue": { "Fn::GetAtt": queue }, "FunctionResponseTypes": answers });
            let triggers = vec![Trigger::Queue { queue: "Q".to_owned(), batch: 10 }];
            assert_eq!(
                read_json(event("SQS", queue)).map(|function| function.triggers),
                Ok(triggers)
            );
        }
    }

    #[test]
    fn a_schedule_has_its_rate_and_its_input() {
        let input = r#"{"scheduled_at":"<aws.scheduler.scheduled-time>"}"#;
        let schedule = json!({ "ScheduleExpression": "rate(5 minutes)", "Input": input });
        let triggers = vec![Trigger::Schedule(Schedule::read("rate(5 minutes)", input).unwrap())];
        let function = read_json(event("ScheduleV2", schedule));
        assert_eq!(function.map(|function| function.triggers), Ok(triggers));
        for (expression, input) in [("cron(0 12 * * ? *)", input), ("rate(5 minutes)", "{}")] {
            let schedule = json!({ "ScheduleExpression": expression, "Input": input });
            assert_eq!(
                read_json(event("ScheduleV2", schedule)),
                Err("the ScheduleV2 event of a has no rate(…), or an Input without the scheduled time"
                    .to_owned())
            );
        }
    }

    #[test]
    fn what_nothing_triggers_an_operator_invokes() {
        let function = read_json(json!({ "CodeUri": "functions/a" }));
        assert_eq!(function.map(|function| function.triggers), Ok(vec![Trigger::Operator]));
    }

    #[test]
    fn a_trigger_that_would_not_work_here_is_named() {
        let queue = json!({ "Fn::GetAtt": "Q.Arn" });
        for (function, problem) in [
            (
                event("Schedule", json!({})),
                "the Schedule event of a is of a kind that nobody delivers here",
            ),
            (
                event("HttpApi", json!({ "Method": "get" })),
                "the HttpApi event of a has no /Properties/Path",
            ),
            (
                event("SQS", json!({ "Queue": queue })),
                "the SQS event of a does not ask for ReportBatchItemFailures",
            ),
        ] {
            assert_eq!(read_json(function), Err(problem.to_owned()));
        }
    }
}
