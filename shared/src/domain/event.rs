//! Events: what happened elsewhere, as another system tells us of it.
//!
//! The attributes are those of CloudEvents 1.0; what an event says beyond them, its `data`, is an
//! [`Occurrence`]. How events come in is `http::cloud_event`'s business.

mod account;
mod attribute;
mod erased;
mod event_type;
mod issue;
mod lead;
mod member;
mod message;
mod occurrence;
mod people;
mod project;
mod stamp;
mod stored;

use std::collections::HashSet;

pub use account::{AccountNotice, NoticeKind};
pub use attribute::{EventId, EventSource, EventTime, InvalidEventTime};
pub use event_type::{EventType, UnknownEventType};
pub use issue::{
    Comment, IssueAssignment, IssueCommented, IssueCreated, IssueMoved, IssueRef, Lanes,
};
pub use lead::{LeadAlert, LeadRef, Score, Trigger};
pub use member::{MemberRemoved, MemberUpserted};
pub use message::MessageSent;
pub use occurrence::Occurrence;
pub use people::{InvalidPeople, Mentions, Recipients};
pub use project::{
    ProjectCreated, ProjectMembership, ProjectRef, ReportCreated, ReportRef, TeamMembership,
    TeamRef,
};
pub use stamp::{InvalidStamp, Stamp};

use super::id::UserId;

/// One event. Source and id together name it within its org unit.
///
/// Stored as JSON with the names of CloudEvents, and read back through the same constructors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The system it comes from.
    pub source: EventSource,
    /// Its id, which is unique within its source.
    pub id: EventId,
    /// When it happened, by the source's clock.
    pub time: EventTime,
    /// What happened.
    pub occurrence: Occurrence,
}

impl Event {
    /// What kind of event it is.
    #[must_use]
    pub fn event_type(&self) -> EventType {
        self.occurrence.event_type()
    }

    /// Who did it, where someone did and the event says who.
    #[must_use]
    pub fn actor(&self) -> Option<&UserId> {
        self.occurrence.actor()
    }

    /// The message that it is, if it is one: nothing else waits for a digest.
    #[must_use]
    pub fn message(&self) -> Option<&MessageSent> {
        self.occurrence.message()
    }

    /// Everyone the event names, each once: who did it, whom it was done to, whom it is for.
    pub fn people(&self) -> impl Iterator<Item = &UserId> {
        let mut seen = HashSet::new();
        self.occurrence.named().into_iter().filter(move |person| seen.insert(*person))
    }

    /// Where it stands among the events about the same directory entry.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        Stamp::new(self.time, &self.id, &self.source)
    }
}

#[cfg(test)]
pub(crate) mod examples;
#[cfg(test)]
mod tests;
