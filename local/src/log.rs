//! Log lines on standard error, so that standard output is free for what was asked for.

use std::io::Write as _;

use serde_json::Value;
use shared::telemetry::Log;

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// As on Lambda.
    Json,
    /// For a person.
    Text,
}

/// Writes lines to standard error.
#[derive(Debug, Clone, Copy)]
pub struct StandardError(pub LogFormat);

impl Log for StandardError {
    fn write(&self, line: &str) {
        let text = match self.0 {
            LogFormat::Json => line.to_owned(),
            LogFormat::Text => in_words(line),
        };
        // There is no one to tell that the log cannot be written.
        writeln!(std::io::stderr().lock(), "{text}").ok();
    }
}

/// A request's line as `200 GET /me/notification-prefs 1.8 ms, 1 store call`, a message's as
/// `work done 1.8 ms, 1 store call`, any other as `queue.buried: unreadable_message`.
fn in_words(line: &str) -> String {
    let Ok(json) = serde_json::from_str::<Value>(line) else { return line.to_owned() };
    let text = |name| json.get(name).and_then(Value::as_str);
    let number = |name| json.get(name).and_then(Value::as_u64);
    if let (Some(name), Some(detail)) = (text("event.name"), text("event.detail")) {
        return format!("{name}: {detail}");
    }
    let request = number("http.status").zip(text("http.route"));
    let request = request.map(|(status, route)| format!("{status} {route}"));
    let work = text("work.outcome").map(|outcome| format!("work {outcome}"));
    let Some(what) = request.or(work) else { return line.to_owned() };
    let milliseconds = number("duration.us").unwrap_or_default() / 100;
    let attempts = number("store.attempts").unwrap_or_default();
    let calls = if attempts == 1 { "call" } else { "calls" };
    let mut words =
        format!("{what} {}.{} ms, {attempts} store {calls}", milliseconds / 10, milliseconds % 10,);
    for name in ["error.kind", "error.code"] {
        if let Some(value) = text(name) {
            words.push_str(", ");
            words.push_str(value);
        }
    }
    words
}
