//! Emails: what they say of an event, or of several, and the whole message as it goes over the wire (RFC 5322).

mod content;
mod digest;
mod message;

use askama::Template;
use jiff::Timestamp;

pub use digest::{DigestDraft, DigestItem, compose_digest};

use content::Content;
use message::Headers;

use crate::domain::decision::Concern;
use crate::domain::event::Event;
use crate::domain::inbox::Actor;
use crate::domain::text::{EmailAddress, Mailbox};

/// Everything that an email to one person about one event is made of.
pub struct Draft<'a> {
    /// What it is about.
    pub event: &'a Event,
    /// As what that concerns the person.
    pub concern: Concern<'a>,
    /// Who did it, if the directory knows them; else "Someone" did.
    pub actor: Option<&'a Actor>,
    /// Whom it comes from.
    pub from: &'a Mailbox,
    /// Whom it goes to.
    pub to: &'a EmailAddress,
    /// The link that turns off the setting which let it through (RFC 8058); nothing, where no setting
    /// did.
    pub unsubscribe: Option<&'a str>,
    /// That setting by its name, such as `activity.notify_mentions`, or `mandatory`: for programs.
    pub reason: &'a str,
    /// Its Message-ID, without brackets: the same one each time for the same event and person.
    pub message_id: &'a str,
    /// When it is sent.
    pub sent_at: Timestamp,
}

/// Why there is no such email: a mistake of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Uncomposable {
    /// The event is for no email.
    #[error("no email is about such an event")]
    NotOffered,
    /// It would be about nothing.
    #[error("no email is about nothing")]
    Empty,
    /// What stands in that header would break it.
    #[error("the header {0} would be broken")]
    Header(&'static str),
    /// A template cannot be filled in.
    #[error("the template of an email cannot be filled in")]
    Template,
}

/// Composes the email: plain text and HTML beside each other, both in UTF-8. The same draft always
/// gives the same bytes.
///
/// In a text, each line break is one of the wire and each other control character but the tab is
/// U+FFFD, since neither a mail server nor a terminal need take them; else it is as it was written.
///
/// # Errors
///
/// [`Uncomposable`], if the draft is not for an email, or its link, reason or id could not stand in
/// a header.
pub fn compose(draft: &Draft<'_>) -> Result<Vec<u8>, Uncomposable> {
    let content = Content::of(draft.event, draft.concern, draft.actor, draft.reason);
    let Content { subject, lead, body, place, why } = content.ok_or(Uncomposable::NotOffered)?;
    let (lead, body, place) = (lead.as_deref(), body.as_deref(), place.as_deref());
    let (why, unsubscribe) = (why.as_str(), draft.unsubscribe);
    let text = PlainText { lead, body, place, why, unsubscribe }.render();
    let html = Html { subject: &subject, lead, body, place, why, unsubscribe }.render();
    let (Ok(text), Ok(html)) = (text, html) else { return Err(Uncomposable::Template) };
    let Draft { from, to, reason, message_id, sent_at, .. } = *draft;
    let headers = Headers { from, to, unsubscribe, reason, message_id, sent_at };
    message::write(&headers, &subject, &text, &html)
}

#[derive(Template)]
#[template(path = "email/notification.txt")]
struct PlainText<'a> {
    lead: Option<&'a str>,
    body: Option<&'a str>,
    place: Option<&'a str>,
    why: &'a str,
    unsubscribe: Option<&'a str>,
}

/// Everything in it is escaped.
#[derive(Template)]
#[template(path = "email/notification.html")]
struct Html<'a> {
    subject: &'a str,
    lead: Option<&'a str>,
    body: Option<&'a str>,
    place: Option<&'a str>,
    why: &'a str,
    unsubscribe: Option<&'a str>,
}

#[cfg(test)]
mod tests;
