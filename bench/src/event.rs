//! The events that are sent: what happens to one issue of one project.

use local::problem::Problem;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use shared::app::{Clock as _, SystemClock};

use crate::seeding::actor;
use crate::system::Measurable;

/// What happens.
pub(crate) enum Happening<'a> {
    /// Someone comes into the directory.
    Known(&'a str),
    /// Someone comes into the project.
    Joined(&'a str),
    /// Someone comments on the issue, and watches it from then on.
    Commented(&'a str),
    /// Someone moves the issue, for the time of that number.
    Moved(&'a str, u32),
    /// Someone is sent a message by the actor, the one of that number.
    Written(&'a str, u32),
}

impl Happening<'_> {
    /// Puts it on the bus, as another system does, and waits until it is accepted.
    pub(crate) async fn tell(&self, system: &Measurable, org_unit: &str) -> Result<(), Problem> {
        let event = RawValue::from_string(self.event(org_unit).to_string());
        let event = event.map_err(|error| Problem::new("this is no event", error))?;
        let accepted = system.bus.put(&event).await;
        accepted.map_err(|error| Problem::new("an event was not accepted", error))
    }

    fn event(&self, org_unit: &str) -> Value {
        let (kind, who, number) = match self {
            Self::Known(who) => ("member.upserted", who, 0),
            Self::Joined(who) => ("project.member_added", who, 0),
            Self::Commented(who) => ("issue.commented", who, 0),
            Self::Moved(who, number) => ("issue.lane_changed", who, *number),
            Self::Written(who, number) => ("message.sent", who, *number),
        };
        let actor = match self {
            Self::Known(_) | Self::Joined(_) | Self::Commented(_) | Self::Moved(..) => {
                (*who).to_owned()
            }
            Self::Written(..) => actor(org_unit),
        };
        // Each kind passes over what it does not know.
        json!({
            "specversion": "1.0",
            "orgunit": org_unit,
            "id": format!("{kind} {number}"),
            "source": "/bench",
            "type": kind,
            "time": SystemClock.now().to_string(),
            "data": {
                "org_member_id": "m-1", "user": who, "email": format!("{who}@mail.example"),
                "first_name": "Alice", "last_name": "Johnson", "confirmed": true,
                "project": { "id": 1, "name": "Kendo" }, "member": who, "actor": actor,
                "issue": { "id": 42, "key": "KD-0042", "title": "Add pagination" },
                "comment": { "id": 1, "text": "Yes" }, "mentions": [],
                "lane": { "from": "Doing", "to": "Done" },
                "category": "chat.message", "recipients": [who],
                "title": "Lunch?", "body": "At noon, in the kitchen downstairs.",
            },
        })
    }
}
