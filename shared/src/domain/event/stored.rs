//! An event as it is stored: JSON, with the names that CloudEvents has for its parts.
//!
//! `{"source":…,"id":…,"time":…,"type":…,"data":…}`; ids are strings, the time is in UTC to the
//! nanosecond, and what is optional and was left out is left out.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, from_value};

use super::{Event, EventId, EventSource, EventTime, EventType, Occurrence};

#[derive(Serialize)]
struct Outgoing<'a> {
    source: &'a EventSource,
    id: &'a EventId,
    time: EventTime,
    #[serde(rename = "type")]
    event_type: EventType,
    data: Data<'a>,
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { source, id, time, occurrence } = self;
        let event_type = occurrence.event_type();
        let data = Data(occurrence);
        Outgoing { source, id, time: *time, event_type, data }.serialize(serializer)
    }
}

struct Data<'a>(&'a Occurrence);

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Occurrence::Lead(_, data) => data.serialize(serializer),
            Occurrence::MessageSent(data) => data.serialize(serializer),
            Occurrence::AccountNotice(data) => data.serialize(serializer),
            Occurrence::IssueCreated(data) => data.serialize(serializer),
            Occurrence::IssueAssigned(data) | Occurrence::IssueUnassigned(data) => {
                data.serialize(serializer)
            }
            Occurrence::IssueCommented(data) => data.serialize(serializer),
            Occurrence::IssueLaneChanged(data) => data.serialize(serializer),
            Occurrence::ProjectCreated(data) => data.serialize(serializer),
            Occurrence::ProjectMemberAdded(data) | Occurrence::ProjectMemberRemoved(data) => {
                data.serialize(serializer)
            }
            Occurrence::TeamMemberAdded(data) => data.serialize(serializer),
            Occurrence::ReportCreated(data) => data.serialize(serializer),
            Occurrence::MemberUpserted(data) => data.serialize(serializer),
            Occurrence::MemberRemoved(data) => data.serialize(serializer),
        }
    }
}

#[derive(Deserialize)]
struct Incoming {
    source: EventSource,
    id: EventId,
    time: EventTime,
    #[serde(rename = "type")]
    event_type: EventType,
    data: Value,
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Incoming { source, id, time, event_type, data } = Incoming::deserialize(from)?;
        let occurrence = read(event_type, data).map_err(Error::custom)?;
        Ok(Self { source, id, time, occurrence })
    }
}

fn read(event_type: EventType, data: Value) -> Result<Occurrence, serde_json::Error> {
    match event_type {
        EventType::Lead(event) => from_value(data).map(|alert| Occurrence::Lead(event, alert)),
        EventType::MessageSent => from_value(data).map(Occurrence::MessageSent),
        EventType::AccountNotice => from_value(data).map(Occurrence::AccountNotice),
        EventType::IssueCreated => from_value(data).map(Occurrence::IssueCreated),
        EventType::IssueAssigned => from_value(data).map(Occurrence::IssueAssigned),
        EventType::IssueUnassigned => from_value(data).map(Occurrence::IssueUnassigned),
        EventType::IssueCommented => from_value(data).map(Occurrence::IssueCommented),
        EventType::IssueLaneChanged => from_value(data).map(Occurrence::IssueLaneChanged),
        EventType::ProjectCreated => from_value(data).map(Occurrence::ProjectCreated),
        EventType::ProjectMemberAdded => from_value(data).map(Occurrence::ProjectMemberAdded),
        EventType::ProjectMemberRemoved => from_value(data).map(Occurrence::ProjectMemberRemoved),
        EventType::TeamMemberAdded => from_value(data).map(Occurrence::TeamMemberAdded),
        EventType::ReportCreated => from_value(data).map(Occurrence::ReportCreated),
        EventType::MemberUpserted => from_value(data).map(Occurrence::MemberUpserted),
        EventType::MemberRemoved => from_value(data).map(Occurrence::MemberRemoved),
    }
}
