//! What a page's service worker is told of a message.

use serde::Serialize;

use super::PushNotice;
use crate::deliver::push::{LARGEST_PAYLOAD, Urgency};
use crate::domain::event::{Event, MessageSent, Occurrence};
use crate::domain::text::legible;

/// For how long a browser that cannot be reached may be told late: a day. Who comes back after a weekend
/// finds their inbox, not a row of old messages.
const TTL_SECONDS: u32 = 24 * 60 * 60;

/// How much of an event's digest names its messages to a push service: all that a topic may have.
const TOPIC_LENGTH: usize = 32;

/// What stands for the rest of a text that was cut.
const CUT: char = '…';

/// What the page's service worker reads, as JSON.
#[derive(Serialize)]
struct Payload<'a> {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    category: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<&'a str>,
    event: Named<'a>,
}

/// Which event it is.
#[derive(Serialize)]
struct Named<'a> {
    source: &'a str,
    id: &'a str,
}

/// A notice of the event with that digest; nothing, if that is for no push message.
///
/// A copy of it takes the place of one that was not fetched yet. Its body is cut where the whole would be
/// larger than push services take; all else fits whatever it says.
pub(crate) fn notice(event: &Event, digest: &str) -> Option<PushNotice> {
    let message = match &event.occurrence {
        Occurrence::MessageSent(message) => message,
        Occurrence::Lead(..)
        | Occurrence::AccountNotice(_)
        | Occurrence::IssueCreated(_)
        | Occurrence::IssueAssigned(_)
        | Occurrence::IssueUnassigned(_)
        | Occurrence::IssueCommented(_)
        | Occurrence::IssueLaneChanged(_)
        | Occurrence::ProjectCreated(_)
        | Occurrence::ProjectMemberAdded(_)
        | Occurrence::ProjectMemberRemoved(_)
        | Occurrence::TeamMemberAdded(_)
        | Occurrence::ReportCreated(_)
        | Occurrence::MemberUpserted(_)
        | Occurrence::MemberRemoved(_) => return None,
    };
    let MessageSent { category, recipients: _, title, body, actor: _, conversation } = message;
    let payload = |body: Option<String>| {
        // Texts can always be written.
        serde_json::to_vec(&Payload {
            title: legible(title.as_str()),
            body,
            category: category.as_str(),
            conversation: conversation.as_ref().map(|conversation| conversation.as_str()),
            event: Named { source: event.source.as_str(), id: event.id.as_str() },
        })
        .ok()
    };
    let payload = match body {
        None => payload(None)?,
        Some(body) => {
            let around = payload(Some(String::new()))?.len();
            payload(Some(cut(legible(body.as_str()), LARGEST_PAYLOAD.saturating_sub(around))))?
        }
    };
    let urgency = if category.is_direct_mention() { Urgency::High } else { Urgency::Normal };
    let topic = digest.get(..TOPIC_LENGTH).and_then(|topic| topic.parse().ok());
    Some(PushNotice { payload, ttl: TTL_SECONDS, urgency, topic })
}

/// As much of the text as takes at most that many bytes in JSON: all of it, or its beginning and a mark.
fn cut(mut text: String, most: usize) -> String {
    if text.chars().map(length_in_json).sum::<usize>() <= most {
        return text;
    }
    let most = most.saturating_sub(CUT.len_utf8());
    let lengths = text.char_indices().scan(0, |length, (at, character)| {
        *length += length_in_json(character);
        Some((at, *length))
    });
    let end = lengths.skip_while(|(_, length)| *length <= most).map(|(at, _)| at).next();
    text.truncate(end.unwrap_or(text.len()));
    text.push(CUT);
    text
}

/// How many bytes a character takes within a JSON string.
fn length_in_json(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        _ => character.len_utf8(),
    }
}

#[cfg(test)]
mod tests;
