//! The answer.

use serde_json::{Value, json};

use crate::Fault;

/// The events that can be muted.
const EVENTS: [&str; 4] =
    ["milestone.entered", "milestone.exited", "sequence.completed", "surge.fired"];

/// An item as the body of an answer, defaults filled in.
pub fn render(item: &Value) -> Result<String, Fault> {
    let prefs = EVENTS.map(|event| {
        let muted = item[format!("mute.{event}")]["BOOL"].as_bool().unwrap_or(false);
        json!({ "event_type": event, "muted": muted })
    });
    let enabled = item["notifications_enabled"]["BOOL"].as_bool().unwrap_or(true);
    let slack = item["slack_user_id"]["S"].as_str().map(masked);
    let body = json!({ "notifications_enabled": enabled, "slack_user_id": slack, "prefs": prefs });
    Ok(serde_json::to_string(&body)?)
}

fn masked(id: &str) -> String {
    let ends = id.get(..3).zip(id.get(id.len().saturating_sub(3)..)).filter(|_| id.len() >= 7);
    ends.map_or("•••".to_owned(), |(first, last)| format!("{first}•••{last}"))
}
