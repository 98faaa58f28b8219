//! The message that a notification is to be delivered.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::boot::envelope::{self, Content};
use crate::boot::{Job, Unreadable};
use crate::deliver::queue::{MOST_ATTEMPTS, Message, Queue, delay_before};
use crate::domain::delivery::DeliveryChannel;
use crate::domain::id::{OrgUnitId, UserId};
use crate::store::{Delivery, EventDigest};

/// Someone is to be told of an accepted event over a channel. The event is named, not repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryJob {
    org_unit: OrgUnitId,
    event: EventDigest,
    user: UserId,
    channel: DeliveryChannel,
    attempts: u32,
}

/// What the message says.
#[derive(Serialize, Deserialize)]
struct Wire {
    org_unit: String,
    event: String,
    user: String,
    channel: DeliveryChannel,
}

impl Content for Wire {
    const NEWEST: u32 = 1;
    const KIND: Option<&'static str> = Some("channel");
    const KINDS: &'static [&'static str] = &[
        DeliveryChannel::Email.name(),
        DeliveryChannel::Push.name(),
        DeliveryChannel::Slack.name(),
    ];

    fn version(&self) -> u32 {
        1
    }
}

impl DeliveryJob {
    /// The first attempt to tell someone of that event over that channel.
    #[must_use]
    pub fn new(
        org_unit: &OrgUnitId,
        event: &EventDigest,
        user: &UserId,
        channel: DeliveryChannel,
    ) -> Self {
        let (org_unit, event, user) = (org_unit.clone(), event.clone(), user.clone());
        Self { org_unit, event, user, channel, attempts: 0 }
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

    /// What is to be delivered, of an event that was accepted then.
    #[must_use]
    pub fn delivery(&self, accepted_at: Timestamp) -> Delivery<'_> {
        let Self { org_unit, event, user, channel, attempts: _ } = self;
        Delivery { org_unit, user, event, accepted_at, channel: *channel }
    }

    /// Whether nobody tries again by themselves if this attempt fails.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.attempts.saturating_add(1) >= MOST_ATTEMPTS
    }

    /// The message that asks for it.
    #[must_use]
    pub fn into_message(self, delay: Duration) -> Message {
        let Self { org_unit, event, user, channel, attempts } = self;
        let wire = Wire {
            org_unit: org_unit.as_str().to_owned(),
            event: event.as_str().to_owned(),
            user: user.as_str().to_owned(),
            channel,
        };
        let body = envelope::write(wire, attempts);
        Message { group: org_unit.as_str().to_owned(), body, delay }
    }
}

impl Job for DeliveryJob {
    fn queue(app: &App) -> &dyn Queue {
        app.delivery_queue()
    }

    fn read(body: &str) -> Result<Self, Unreadable> {
        let (Wire { org_unit, event, user, channel }, attempts) = envelope::read(body)?;
        let org_unit = OrgUnitId::parse(&org_unit).map_err(|_no_id| Unreadable::Malformed)?;
        let user = UserId::parse(&user).map_err(|_no_id| Unreadable::Malformed)?;
        let event = EventDigest::parse(&event).ok_or(Unreadable::Malformed)?;
        Ok(Self { org_unit, event, user, channel, attempts })
    }

    fn next_attempt(&self, app: &App) -> Option<Message> {
        let attempts = self.attempts.saturating_add(1);
        let delay = delay_before(attempts, app.random());
        let next = Self { attempts, ..self.clone() };
        (!self.is_last()).then(|| next.into_message(delay))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> DeliveryJob {
        let (org_unit, user) = (OrgUnitId::parse("acme").unwrap(), UserId::parse("a|b").unwrap());
        let event = EventDigest::of("/tracker", "e-41");
        DeliveryJob::new(&org_unit, &event, &user, DeliveryChannel::Email)
    }

    #[test]
    fn a_message_is_read_as_what_was_written() {
        let message = job().into_message(Duration::ZERO);
        assert_eq!(message.group, "acme");
        assert_eq!(DeliveryJob::read(&message.body), Ok(job()));
        let expected = format!(
            r#"{{"version":1,"org_unit":"acme","event":"{}","user":"a|b","channel":"email","attempts":0}}"#,
            job().event.as_str()
        );
        assert_eq!(message.body, expected);
    }

    #[test]
    fn what_is_no_such_message_is_told_from_a_later_version() {
        let body = job().into_message(Duration::ZERO).body;
        let newer = body.replace(r#""version":1"#, r#""version":2,"more":[]"#);
        assert_eq!(DeliveryJob::read(&newer), Err(Unreadable::Newer));
        let pigeon = body.replace(r#""email""#, r#""pigeon""#);
        assert_eq!(DeliveryJob::read(&pigeon), Err(Unreadable::Newer));
        for (from, to) in [
            (r#""version":1"#, r#""version":0"#),
            ("acme", "a#b"),
            ("a|b", "a#b"),
            (job().event.as_str(), "e-41"),
            (r#""email""#, "7"),
        ] {
            let body = body.replace(from, to);
            assert_eq!(DeliveryJob::read(&body), Err(Unreadable::Malformed), "{body}");
        }
    }
}
