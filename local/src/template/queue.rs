//! A queue of the template that hands messages out.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};

use super::function::resource_of_arn;
use crate::problem::Problem;

/// How a queue hands messages out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRules {
    /// For how long nobody else sees a message that was handed out.
    pub visibility_timeout: Duration,
    /// How often a message is handed out before it is dead.
    pub most_receives: u32,
    /// The logical id of the queue of its dead letters.
    pub dead_letters: String,
}

/// For how long messages are hidden, unless the template says so (SQS).
const VISIBILITY_TIMEOUT: u64 = 30;

/// The queues with dead letters; the others are those that dead letters are in.
pub(super) fn read_all(
    resources: &Map<String, Value>,
) -> Result<BTreeMap<String, QueueRules>, Problem> {
    let mut queues = BTreeMap::new();
    for (name, resource) in resources {
        let properties = resource.get("Properties");
        let policy = properties.and_then(|properties| properties.get("RedrivePolicy"));
        if let ("AWS::SQS::Queue", Some(policy)) = (kind(resource), policy) {
            let timeout = properties.and_then(|properties| properties.get("VisibilityTimeout"));
            let timeout = timeout.and_then(Value::as_u64).unwrap_or(VISIBILITY_TIMEOUT);
            let wrong = || Problem(format!("the RedrivePolicy of {name} makes no sense"));
            let most = policy.get("maxReceiveCount").and_then(Value::as_u64);
            let dead_letters = policy.get("deadLetterTargetArn").and_then(resource_of_arn);
            let rules = QueueRules {
                visibility_timeout: Duration::from_secs(timeout),
                most_receives: most.and_then(|most| most.try_into().ok()).ok_or_else(wrong)?,
                dead_letters: dead_letters.ok_or_else(wrong)?.to_owned(),
            };
            let is_queue = resources.get(&rules.dead_letters).map(kind) == Some("AWS::SQS::Queue");
            if !is_queue {
                return Err(wrong());
            }
            queues.insert(name.clone(), rules);
        }
    }
    Ok(queues)
}

fn kind(resource: &Value) -> &str {
    resource.get("Type").and_then(Value::as_str).unwrap_or_default()
}
