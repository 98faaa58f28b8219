//! One event: its envelope, its data, and what depends on the deployment and on the time.

use deserr::{IntoValue as _, ValuePointerRef};
use jiff::{SignedDuration, Timestamp};

use super::envelope::Envelope;
use super::{MAX_EVENT_BYTES, type_of};
use crate::domain::channel_preference::{Categories, Category};
use crate::domain::event::{Event, EventTime, EventType, Occurrence};
use crate::http::body;
use crate::http::path::Path;
use crate::http::violation::{Violation, ViolationKind, Violations};
use crate::json::Json;

/// How far another system's clock may be ahead of ours.
const MOST_AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// Reads one event of that many bytes, as sent. Paths are from the event on.
///
/// # Errors
///
/// Everything that is wrong with it, in the order of its fields; what it lacks comes last.
pub(in crate::http) fn read(
    json: Json,
    size: usize,
    categories: &Categories,
    now: Timestamp,
) -> Result<Event, Violations> {
    let fields = json.field_names();
    let mut faults = body::repeated_fields(&json);
    faults.extend(too_large(size));
    faults.extend(too_far_ahead(&json, now));
    faults.extend(unknown_category(&json, categories));
    let faults = match (read_anywhere(json), Violations::all(faults)) {
        (Ok(event), None) => return Ok(event),
        (Ok(_), Some(faults)) => faults,
        (Err(violations), None) => violations,
        (Err(violations), Some(faults)) => violations.into_iter().fold(faults, Violations::and),
    };
    Err(faults.in_order_of(&fields))
}

/// Reads what is an event in any deployment and at any time.
fn read_anywhere(mut json: Json) -> Result<Event, Violations> {
    if !matches!(json, Json::Object(_)) {
        return Err(not_an_object(Path::ROOT).into());
    }
    let at_data = || Path::ROOT.field("data");
    let event_type = type_of(&json);
    let data = match json.take_field("data") {
        Some(data @ Json::Object(_)) => Ok(data),
        Some(_) => Err(not_an_object(at_data())),
        None => Err(Violation { path: at_data(), kind: ViolationKind::Missing }),
    };
    let data = data.map_err(Violations::from);
    match deserr::deserialize::<Envelope, _, Violations>(json) {
        Ok(envelope) => {
            let occurrence = read_data(envelope.event_type(), data?)?;
            Ok(envelope.around(occurrence))
        }
        Err(violations) => {
            // Without a type nothing says what should be in the data.
            let read = |data| event_type.map_or(Ok(()), |kind| read_data(kind, data).map(drop));
            let more = data.and_then(read).err().into_iter().flatten();
            Err(more.fold(violations, Violations::and))
        }
    }
}

fn read_data(event_type: EventType, data: Json) -> Result<Occurrence, Violations> {
    let event = ValuePointerRef::Origin;
    Occurrence::read(event_type, data.into_value(), event.push_key("data"))
}

fn not_an_object(path: Path) -> Violation {
    Violation { path, kind: ViolationKind::WrongType { expected: "an object".to_owned() } }
}

fn too_large(size: usize) -> Option<Violation> {
    let rule = format!("must have at most {} KiB", MAX_EVENT_BYTES / 1024);
    let kind = ViolationKind::NotAllowed { rule };
    (size > MAX_EVENT_BYTES).then_some(Violation { path: Path::ROOT, kind })
}

/// Time orders events, and one from the future would win over all that come until then.
fn too_far_ahead(event: &Json, now: Timestamp) -> Option<Violation> {
    let time: EventTime = event.field("time")?.as_str()?.parse().ok()?;
    let rule = format!("must be at most {} minutes ahead", MOST_AHEAD.as_mins());
    let kind = ViolationKind::NotAllowed { rule };
    let ahead = time.instant().duration_since(now);
    (ahead > MOST_AHEAD).then(|| Violation { path: Path::ROOT.field("time"), kind })
}

/// A category that some deployment might have, and this one has not.
fn unknown_category(event: &Json, categories: &Categories) -> Option<Violation> {
    if type_of(event) != Some(EventType::MessageSent) {
        return None;
    }
    let name = event.field("data")?.field("category")?.as_str()?;
    let is_unknown = name.parse::<Category>().is_ok() && categories.find(name).is_none();
    is_unknown.then(|| Violation {
        path: Path::ROOT.field("data").field("category"),
        kind: ViolationKind::not_one_of(name, categories.names()),
    })
}
