//! `chat.postMessage`: a message to a user.
//!
//! Slack takes channels of all kinds; there are none here, and a user's id opens the direct messages
//! with them. What Slack answers if nobody reads there is not documented for each case, and differs:
//! `channel_not_found` is, `account_inactive` is only of a token whose bot is gone, and some have seen
//! a message to someone deactivated accepted (python-slack-sdk, issue 1156). Here each case has its
//! own answer: whom nobody is `user_not_found`, who was deactivated `account_inactive`, a bot or
//! whatever is no user `channel_not_found`.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Answer;
use super::blocks;
use super::request::Call;
use super::workspace::{Message, SLACKBOT, Scope, TEAM, Workspace};

/// The longest text of a message, in characters.
const MAX_TEXT: usize = 40_000;

/// What is posted, and to whom: before it is counted against the limit of the channel.
pub(super) struct Posted<'a> {
    /// The user.
    pub(super) to: &'a str,
    body: Value,
    text: &'a str,
    blocks: Option<Value>,
}

/// What the call asks to be posted.
///
/// # Errors
///
/// What Slack answers, if it cannot be.
pub(super) fn read<'a>(workspace: &Workspace, call: &'a Call) -> Result<Posted<'a>, Answer> {
    if workspace.lacks.contains(&Scope::ChatWrite) {
        return Err(Answer::missing_scope(Scope::ChatWrite));
    }
    let Some(to) = call.text("channel") else {
        return Err(Answer::explained("invalid_arguments", "missing required field: channel"));
    };
    if !to.starts_with(['U', 'W']) || to == SLACKBOT {
        return Err(Answer::error("channel_not_found"));
    }
    match workspace.users.iter().find(|user| user.id == to) {
        None => return Err(Answer::error("user_not_found")),
        Some(user) if user.is_deleted => return Err(Answer::error("account_inactive")),
        Some(user) if user.is_bot => return Err(Answer::error("channel_not_found")),
        Some(_) => {}
    }
    let no_json = |_no_json| Answer::error("invalid_blocks_format");
    let blocks = call.json("blocks").map_err(no_json)?;
    let text = call.text("text").unwrap_or_default();
    if text.chars().count() > MAX_TEXT {
        return Err(Answer::error("msg_too_long"));
    }
    match &blocks {
        None if text.is_empty() => return Err(Answer::error("no_text")),
        None => {}
        Some(Value::Array(list)) => {
            blocks::check(list).map_err(|message| Answer::explained("invalid_blocks", &message))?
        }
        Some(_) => return Err(Answer::error("invalid_blocks_format")),
    }
    let mut body = call.arguments.clone();
    if let Some(blocks) = &blocks {
        body.insert("blocks".to_owned(), blocks.clone());
    }
    Ok(Posted { to, body: Value::Object(body), text, blocks })
}

impl Posted<'_> {
    /// The message, and what Slack answers: it is the one of that number of all that were taken.
    pub(super) fn taken(self, token: &str, number: u64, now: Timestamp) -> (Message, Value) {
        let Self { to, body, text, blocks } = self;
        let ts = format!("{}.{:06}", now.as_second(), number % 1_000_000);
        let answer = json!({
            "channel": format!("D{}", to.trim_start_matches(['U', 'W'])),
            "ts": ts,
            "message": {
                "type": "message", "bot_id": "B0LOCAL00", "user": "U0LOCAL00", "team": TEAM,
                "text": text, "ts": ts, "blocks": blocks.unwrap_or_else(|| json!([])),
            },
        });
        (Message { token: token.to_owned(), to: to.to_owned(), ts, body }, answer)
    }
}
