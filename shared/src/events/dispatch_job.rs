//! The message that an accepted event is to be dispatched.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::boot::envelope::{self, Content};
use crate::boot::{Job, Unreadable};
use crate::deliver::queue::{MOST_ATTEMPTS, Message, Queue, delay_before};
use crate::domain::id::{OrgUnitId, UserId};
use crate::store::EventDigest;

/// The version of a message about a whole event. While a deployment shifts, the function before this one
/// reads it too.
const WHOLE: u32 = 1;

/// The version of a message about a part of one.
const PART: u32 = 2;

/// An accepted event is to be dispatched. It is named, not repeated: what it says is in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchJob {
    org_unit: OrgUnitId,
    event: EventDigest,
    part: Part,
    is_recorded: bool,
    attempts: u32,
}

/// What of an event is to be dispatched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All that follows from it.
    Whole,
    /// Those who watch, after this one.
    WatchersAfter(UserId),
    /// These people are to be told.
    People(Vec<UserId>),
}

/// What the message says.
#[derive(Serialize, Deserialize)]
struct Wire {
    org_unit: String,
    event: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part: Option<Part>,
    /// Not said before there was such a thing: recording again is safe.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    recorded: bool,
}

impl Content for Wire {
    const NEWEST: u32 = PART;
    const KIND: Option<&'static str> = Some("part");
    const KINDS: &'static [&'static str] = &["watchers_after", "people"];

    fn version(&self) -> u32 {
        if self.part.is_none() { WHOLE } else { PART }
    }
}

impl DispatchJob {
    /// The first attempt to dispatch that event.
    #[must_use]
    pub fn new(org_unit: &OrgUnitId, event: EventDigest) -> Self {
        let org_unit = org_unit.clone();
        Self { org_unit, event, part: Part::Whole, is_recorded: false, attempts: 0 }
    }

    /// The same, of an event of which the directory and the watches know all that it says.
    #[must_use]
    pub fn recorded(self) -> Self {
        Self { is_recorded: true, ..self }
    }

    /// Whether the directory and the watches know all that the event says.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.is_recorded
    }

    /// The first attempt at a part of the same event.
    #[must_use]
    pub fn part_of(&self, part: Part) -> Self {
        Self { part, attempts: 0, ..self.clone() }
    }

    /// What of the event is to be dispatched.
    #[must_use]
    pub fn part(&self) -> &Part {
        &self.part
    }

    /// Whose event it is.
    #[must_use]
    pub fn org_unit(&self) -> &OrgUnitId {
        &self.org_unit
    }

    /// Which event it is.
    #[must_use]
    pub fn event(&self) -> &EventDigest {
        &self.event
    }

    /// The message that asks for it.
    #[must_use]
    pub fn into_message(self, delay: Duration) -> Message {
        let Self { org_unit, event, part, is_recorded, attempts } = self;
        let part = match part {
            Part::Whole => None,
            part @ (Part::WatchersAfter(_) | Part::People(_)) => Some(part),
        };
        let wire = Wire {
            org_unit: org_unit.as_str().to_owned(),
            event: event.as_str().to_owned(),
            part,
            recorded: is_recorded,
        };
        let body = envelope::write(wire, attempts);
        Message { group: org_unit.as_str().to_owned(), body, delay }
    }
}

impl Job for DispatchJob {
    fn queue(app: &App) -> &dyn Queue {
        app.dispatch_queue()
    }

    fn read(body: &str) -> Result<Self, Unreadable> {
        let (wire, attempts) = envelope::read(body)?;
        let Wire { org_unit, event, part, recorded: is_recorded } = wire;
        let part = part.unwrap_or(Part::Whole);
        let org_unit = OrgUnitId::parse(&org_unit).map_err(|_no_id| Unreadable::Malformed)?;
        let event = EventDigest::parse(&event).ok_or(Unreadable::Malformed)?;
        Ok(Self { org_unit, event, part, is_recorded, attempts })
    }

    fn next_attempt(&self, app: &App) -> Option<Message> {
        let attempts = self.attempts.saturating_add(1);
        let delay = delay_before(attempts, app.random());
        let next = Self { attempts, ..self.clone() };
        (attempts < MOST_ATTEMPTS).then(|| next.into_message(delay))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> DispatchJob {
        let org_unit = OrgUnitId::parse("acme").unwrap();
        DispatchJob::new(&org_unit, EventDigest::of("/tracker", "e-41"))
    }

    #[test]
    fn a_message_is_read_as_what_was_written() {
        let message = job().into_message(Duration::ZERO);
        assert_eq!(message.group, "acme");
        assert_eq!(DispatchJob::read(&message.body), Ok(job()));
        let recorded = job().recorded().into_message(Duration::ZERO).body;
        assert_eq!(DispatchJob::read(&recorded), Ok(job().recorded()));
        let user = |id: &str| UserId::parse(id).unwrap();
        for part in [Part::WatchersAfter(user("7")), Part::People(vec![user("7"), user("a|b")])] {
            let job = job().part_of(part);
            assert_eq!(DispatchJob::read(&job.clone().into_message(Duration::ZERO).body), Ok(job));
        }
    }

    #[test]
    fn a_message_about_a_whole_event_is_one_that_the_version_before_reads() {
        let body = job().into_message(Duration::ZERO).body;
        let expected = format!(
            r#"{{"version":1,"org_unit":"acme","event":"{}","attempts":0}}"#,
            job().event.as_str()
        );
        assert_eq!(body, expected);
    }

    #[test]
    fn what_is_no_such_message_is_told_from_a_later_version() {
        let body = job().into_message(Duration::ZERO).body;
        let newer = body.replace(r#""version":1"#, r#""version":3,"more":[]"#);
        assert_eq!(DispatchJob::read(&newer), Err(Unreadable::Newer));
        let robots = body.replace(r#""attempts""#, r#""part":{"robots":["7"]},"attempts""#);
        assert_eq!(DispatchJob::read(&robots), Err(Unreadable::Newer));
        let nobody = robots.replace("robots", "people").replace(r#"["7"]"#, r#"["a#b"]"#);
        assert_eq!(DispatchJob::read(&nobody), Err(Unreadable::Malformed));
        let no_version = body.replace(r#""version":1"#, r#""version":0"#);
        let no_org_unit = body.replace("acme", "a#b");
        let no_event = body.replace(job().event.as_str(), "e-41");
        for body in ["", "null", "{}", r#"{"version":1}"#, &no_version, &no_org_unit, &no_event] {
            assert_eq!(DispatchJob::read(body), Err(Unreadable::Malformed), "{body}");
        }
    }
}
