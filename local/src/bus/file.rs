//! Events in a file: a CloudEvent, several of them, or one that EventBridge delivered, be it of another
//! system or of Amazon SES.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use shared::json::Json;

use crate::problem::Problem;

/// The fields of an event, their values as they were written.
type Fields = BTreeMap<String, Box<RawValue>>;

/// The extension attribute that names an event's org unit.
const ORG_UNIT: &str = "orgunit";

/// What a file holds.
#[derive(Debug)]
pub enum Events {
    /// CloudEvents for the bus.
    Cloud(Vec<Box<RawValue>>),
    /// What Amazon SES says of an email, as EventBridge delivered it.
    Ses(Box<RawValue>),
}

/// What to put on the bus: each event of the text, with that org unit if one is given. An event of
/// Amazon SES names its own.
///
/// # Errors
///
/// [`Problem`], if the text holds no events, or one of them belongs to no org unit.
pub fn read_events(text: &str, org_unit: Option<&str>) -> Result<Events, Problem> {
    let delivered: Option<Fields> = serde_json::from_str(text).ok();
    if delivered.is_some_and(|event| is_of_ses(&event)) {
        let no_event = |error| Problem::new("this is no event", error);
        return serde_json::from_str(text).map(Events::Ses).map_err(no_event);
    }
    read_cloud_events(text, org_unit).map(Events::Cloud)
}

/// An attribute of a CloudEvent has no hyphen in its name.
fn is_of_ses(event: &Fields) -> bool {
    let source = event.get("source").map(|source| source.get());
    event.contains_key("detail-type") && source == Some(r#""aws.ses""#)
}

fn read_cloud_events(text: &str, org_unit: Option<&str>) -> Result<Vec<Box<RawValue>>, Problem> {
    let no_events = |error| Problem::new("this is no event, and no array of events", error);
    let events: Vec<Box<RawValue>> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text).map_err(no_events)?
    } else {
        let mut event: Fields = serde_json::from_str(text).map_err(no_events)?;
        // An attribute of a CloudEvent may be called `detail` too.
        match event.remove("detail").filter(|_| event.contains_key("detail-type")) {
            Some(detail) => vec![detail],
            None => vec![serde_json::from_str(text).map_err(no_events)?],
        }
    };
    let of_org_unit = |(number, event): (usize, Box<RawValue>)| {
        let failed = |error| Problem::new("this cannot be written as an event", error);
        let mut fields: Fields = serde_json::from_str(event.get()).map_err(no_events)?;
        let json: Json = serde_json::from_str(event.get()).map_err(no_events)?;
        // Of two fields of one name, writing the event anew would keep the last.
        if json.field_names().len() > fields.len() {
            return Err(Problem(format!("event {number} has a field twice")));
        }
        if let Some(org_unit) = org_unit {
            let org_unit = serde_json::value::to_raw_value(org_unit).map_err(failed)?;
            fields.insert(ORG_UNIT.to_owned(), org_unit);
        }
        if !fields.contains_key(ORG_UNIT) {
            return Err(Problem(format!("event {number} names no org unit; give --org-unit")));
        }
        serde_json::value::to_raw_value(&fields).map_err(failed)
    };
    (1..).zip(events).map(of_org_unit).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn read(text: &str, org_unit: Option<&str>) -> Result<Vec<String>, String> {
        let events = match read_events(text, org_unit).map_err(|problem| problem.0)? {
            Events::Cloud(events) => events,
            Events::Ses(event) => return Ok(vec![format!("of SES: {event}")]),
        };
        Ok(events.iter().map(|event| event.get().to_owned()).collect())
    }

    #[test]
    fn an_event_an_array_of_events_and_a_delivered_event_are_read() {
        let acme = Some("acme");
        let one = vec![r#"{"id":"1","orgunit":"acme"}"#.to_owned()];
        assert_eq!(read(r#"{"id":"1"}"#, acme), Ok(one.clone()));
        assert_eq!(read(r#" [{"id":"1"}]"#, acme), Ok(one.clone()));
        let delivered = r#"{"detail-type":"x","detail":{"orgunit":"acme","id":"1"},"source":"x"}"#;
        assert_eq!(read(delivered, None), Ok(one));
        assert_eq!(read("[]", None), Ok(vec![]));
    }

    #[test]
    fn an_event_of_ses_is_told_from_a_cloud_event_and_stays_as_it_is() {
        let event = r#"{"detail-type":"Email Bounced","source":"aws.ses","detail":{"a":1.50}}"#;
        assert_eq!(read(event, None), Ok(vec![format!("of SES: {event}")]));
        let event = r#"{"orgunit":"acme","source":"aws.ses"}"#;
        assert_eq!(read(event, None), Ok(vec![event.to_owned()]));
    }

    #[test]
    fn the_given_org_unit_counts_and_one_is_needed() {
        let globex = vec![r#"{"orgunit":"globex"}"#.to_owned()];
        assert_eq!(read(r#"{"orgunit":"acme"}"#, Some("globex")), Ok(globex));
        let nobodys = "event 2 names no org unit; give --org-unit".to_owned();
        assert_eq!(read(r#"[{"orgunit":"acme"},{}]"#, None), Err(nobodys));
    }

    #[test]
    fn an_attribute_called_detail_makes_no_delivered_event() {
        let event = r#"{"detail":{},"orgunit":"acme","specversion":"1.0"}"#;
        assert_eq!(read(event, None), Ok(vec![event.to_owned()]));
    }

    #[test]
    fn a_field_that_comes_twice_is_told_rather_than_dropped() {
        let twice = Err("event 1 has a field twice".to_owned());
        assert_eq!(read(r#"{"id":"1","id":"2","orgunit":"acme"}"#, None), twice);
    }

    #[test]
    fn values_stay_as_they_were_written() {
        let event = r#"{"data":{"b":1.50,"a":12345678901234567890123},"orgunit":"acme"}"#;
        assert_eq!(read(event, None), Ok(vec![event.to_owned()]));
    }

    #[test]
    fn what_holds_no_event_is_refused() {
        for text in ["", "7", "[7]", "{", r#"{"detail-type":"x","detail":7}"#] {
            assert!(read(text, Some("acme")).is_err(), "{text}");
        }
    }
}
