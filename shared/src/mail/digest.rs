//! Digests: one email about several messages.

mod content;

use askama::Template;
use jiff::Timestamp;

use content::{Content, Group};

use super::Uncomposable;
use super::message::{self, Headers};
use crate::domain::digest::{Cadence, MOST_LISTED};
use crate::domain::event::{Event, MessageSent, Stamp};
use crate::domain::inbox::Actor;
use crate::domain::text::{EmailAddress, Mailbox, ZoneName};
use crate::domain::unsubscribing::EmailSetting;

/// Everything that a digest to one person is made of.
pub struct DigestDraft<'a> {
    /// What it is about, in any order.
    pub items: &'a [DigestItem<'a>],
    /// How many others it is about that are older than these; they are counted, and not listed.
    pub unlisted: usize,
    /// How often the person gets one.
    pub cadence: Cadence,
    /// The zone that its times are told in; UTC, if that is none.
    pub zone: Option<&'a ZoneName>,
    /// Whom it comes from.
    pub from: &'a Mailbox,
    /// Whom it goes to.
    pub to: &'a EmailAddress,
    /// What let it through: the setting of the one row that rules all items, or [`EmailSetting::Digests`].
    pub setting: &'a EmailSetting,
    /// The link that turns that off (RFC 8058).
    pub unsubscribe: &'a str,
    /// Its Message-ID, without brackets: the same one each time for the same person and bucket.
    pub message_id: &'a str,
    /// When it is sent.
    pub sent_at: Timestamp,
}

/// A message in a digest.
pub struct DigestItem<'a> {
    message: &'a MessageSent,
    sent_at: Timestamp,
    stamp: Stamp,
    actor: Option<&'a Actor>,
}

impl<'a> DigestItem<'a> {
    /// The message that the event is, from someone whom the directory knows, if there is one; nothing,
    /// if the event is none: nothing else waits for a digest.
    #[must_use]
    pub fn of(event: &'a Event, actor: Option<&'a Actor>) -> Option<Self> {
        let message = event.message()?;
        let (sent_at, stamp) = (event.time.instant(), event.stamp());
        Some(Self { message, sent_at, stamp, actor })
    }
}

/// No digest is larger, in bytes on the wire, whatever people write: far below what SES takes and what
/// mail programs show at once.
const LARGEST: usize = 300 * 1024;

/// How many characters of a body are shown: the most that fit in such an email with all its items. With
/// none the longest digest fits.
const EXCERPTS: [usize; 3] = [300, 100, 0];

/// Composes the digest as [`compose`](super::compose) does an email: the newest 100 items by category, in
/// each the newest last, and how many more there are. The same draft always gives the same bytes, in
/// whatever order its items are.
///
/// # Errors
///
/// [`Uncomposable`], if it is about nothing, or its link or id could not stand in a header.
pub fn compose_digest(draft: &DigestDraft<'_>) -> Result<Vec<u8>, Uncomposable> {
    let mut items: Vec<&DigestItem<'_>> = draft.items.iter().collect();
    if items.is_empty() {
        return Err(Uncomposable::Empty);
    }
    let all = items.len().saturating_add(draft.unlisted);
    items.sort_by(|one, other| one.stamp.cmp(&other.stamp));
    let listed = items.split_off(items.len().saturating_sub(MOST_LISTED));
    let mut composed = Vec::new();
    for longest_excerpt in EXCERPTS {
        composed = write(draft, &Content::of(draft, &listed, all, longest_excerpt))?;
        if composed.len() <= LARGEST {
            break;
        }
    }
    Ok(composed)
}

fn write(draft: &DigestDraft<'_>, content: &Content) -> Result<Vec<u8>, Uncomposable> {
    let Content { subject, groups, more, why } = content;
    let (more, why, unsubscribe) = (*more, why.as_str(), draft.unsubscribe);
    let text = PlainText { subject, groups, more, why, unsubscribe }.render();
    let html = Html { subject, groups, more, why, unsubscribe }.render();
    let (Ok(text), Ok(html)) = (text, html) else { return Err(Uncomposable::Template) };
    let headers = Headers {
        from: draft.from,
        to: draft.to,
        unsubscribe: Some(draft.unsubscribe),
        reason: &draft.setting.to_string(),
        message_id: draft.message_id,
        sent_at: draft.sent_at,
    };
    message::write(&headers, subject, &text, &html)
}

#[derive(Template)]
#[template(path = "email/digest.txt")]
struct PlainText<'a> {
    subject: &'a str,
    groups: &'a [Group],
    more: usize,
    why: &'a str,
    unsubscribe: &'a str,
}

/// Everything in it is escaped.
#[derive(Template)]
#[template(path = "email/digest.html")]
struct Html<'a> {
    subject: &'a str,
    groups: &'a [Group],
    more: usize,
    why: &'a str,
    unsubscribe: &'a str,
}
