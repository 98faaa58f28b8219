//! `users.list`: who is in a workspace, in pages.
//!
//! Without a limit, or with 0, everyone comes at once; a workspace of more than 1,000 asks for one.
//! Slack allows limits under 1,000, and says that fewer may come than were asked for; here they never
//! do, but on the last page. A cursor names the user that the next page begins with, as Slack's does
//! under its Base64: it leads nowhere once they are gone. JSON is nothing that this method reads: its
//! arguments come in the query or in a form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Answer;
use super::request::Call;
use super::workspace::{Scope, User, Workspace};

/// The most users that are listed without a limit.
const MOST_WITHOUT_LIMIT: usize = 1_000;

/// The largest limit.
const MAX_LIMIT: usize = 999;

/// A page of users.
pub(super) fn answer(workspace: &Workspace, call: &Call, now: Timestamp) -> Result<Value, Answer> {
    if workspace.lacks.contains(&Scope::UsersRead) {
        return Err(Answer::missing_scope(Scope::UsersRead));
    }
    let argument = |name| call.text(name).filter(|_| !call.is_json());
    let limit = match argument("limit").map(str::parse) {
        None => 0,
        Some(Ok(limit)) if limit <= MAX_LIMIT => limit,
        Some(_) => {
            let message = "limit must be an integer from 0 to 999";
            return Err(Answer::explained("invalid_arguments", message));
        }
    };
    let users: Vec<User> =
        std::iter::once(User::slackbot()).chain(workspace.users.iter().cloned()).collect();
    let start = match argument("cursor") {
        None => 0,
        Some(cursor) => place(cursor, &users).ok_or_else(|| Answer::error("invalid_cursor"))?,
    };
    if limit == 0 && users.len() > MOST_WITHOUT_LIMIT {
        return Err(Answer::error("limit_required"));
    }
    let mut rest = users.iter().skip(start);
    let has_email_scope = !workspace.lacks.contains(&Scope::UsersReadEmail);
    let most = if limit == 0 { MOST_WITHOUT_LIMIT } else { limit };
    let page: Vec<Value> =
        rest.by_ref().take(most).map(|user| user.shown(has_email_scope)).collect();
    let next = rest.next().map(cursor_at).unwrap_or_default();
    Ok(json!({
        "members": page, "cache_ts": now.as_second(), "response_metadata": { "next_cursor": next },
    }))
}

/// What leads to the page that begins with that user.
fn cursor_at(user: &User) -> String {
    STANDARD.encode(format!("user:{}", user.id))
}

/// Where the page begins that a cursor leads to.
fn place(cursor: &str, users: &[User]) -> Option<usize> {
    let cursor = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
    let id = cursor.strip_prefix("user:")?;
    users.iter().position(|user| user.id == id)
}
