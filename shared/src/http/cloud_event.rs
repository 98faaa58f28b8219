//! Events as other systems send them: CloudEvents 1.0 in JSON, one or a batch.
//!
//! Permission comes before faults, and which permission it takes is in the events' types. So a body
//! is read in two steps: [`CloudEvents`] is JSON whose types are known, and [`CloudEvents::read`]
//! tells everything that is wrong with it.

mod envelope;
mod event;

pub(super) use event::read as read_event;

use std::fmt;

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::body::{self, BodyFault, Malformed};
use super::path::Path;
use super::violation::{MOST_REPORTED, Violation, ViolationKind, Violations};
use crate::domain::channel_preference::Categories;
use crate::domain::event::{Event, EventType};
use crate::domain::id::OrgUnitId;
use crate::json::Json;

/// The most events that a request may hold.
pub const MOST_EVENTS: usize = 100;

/// The largest event, in bytes as sent, without the white space around it.
pub const MAX_EVENT_BYTES: usize = 32 * 1024;

/// A body that holds events, if it holds what it should: JSON, of which nothing but the types has
/// been looked at.
pub struct CloudEvents {
    form: Form,
    json: Json,
    /// Of each event, in bytes.
    sizes: Vec<usize>,
}

/// What the media type says that the body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `application/cloudevents+json`
    One,
    /// `application/cloudevents-batch+json`
    Batch,
    /// Any other JSON: an object is one event, an array a batch.
    Either,
}

impl CloudEvents {
    /// Reads a body.
    ///
    /// # Errors
    ///
    /// [`BodyFault::TooLarge`], [`BodyFault::UnsupportedMediaType`] or [`BodyFault::Malformed`].
    pub(super) fn parse(content_type: Option<&[u8]>, body: &[u8]) -> Result<Self, BodyFault> {
        let json = body::parse_json(content_type, body)?;
        let form = match content_type.map(body::essence).as_deref() {
            Some("application/cloudevents+json") => Form::One,
            Some("application/cloudevents-batch+json") => Form::Batch,
            Some(_) | None => Form::Either,
        };
        let sizes = sizes(&json, body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            BodyFault::Malformed(Malformed { line, column, path: Path::ROOT })
        })?;
        Ok(Self { form, json, sizes })
    }

    /// The types of the events, as far as they are known ones. Whoever may not send one of them is
    /// told that, and nothing about the events.
    pub fn types(&self) -> impl Iterator<Item = EventType> {
        self.json.as_array().unwrap_or(std::slice::from_ref(&self.json)).iter().filter_map(type_of)
    }

    /// Reads the events, in their order.
    ///
    /// # Errors
    ///
    /// [`BodyFault::WrongShape`] for what is neither one event nor a batch, or not the one that the
    /// media type says; else [`BodyFault::Invalid`] with the faults of all events, in the order of
    /// the events and of their fields, the first hundred of them.
    pub fn read(self, categories: &Categories, now: Timestamp) -> Result<Vec<Event>, BodyFault> {
        let Self { form, json, sizes } = self;
        let read = |json, size| event::read(json, size, categories, now);
        match (form, json) {
            (Form::One | Form::Either, json @ Json::Object(_)) => {
                let size = sizes.first().copied().unwrap_or_default();
                read(json, size).map(|event| vec![event]).map_err(BodyFault::Invalid)
            }
            (Form::Batch | Form::Either, Json::Array(events)) => {
                read_batch(events, &sizes, read).map_err(BodyFault::Invalid)
            }
            (form, _) => Err(BodyFault::WrongShape { expected: form.expected().to_owned() }),
        }
    }
}

impl Form {
    fn expected(self) -> &'static str {
        match self {
            Self::One => "an object, which is one event; application/json takes an array too",
            Self::Batch => "an array of events",
            Self::Either => "an object, which is one event, or an array of them",
        }
    }
}

fn read_batch(
    events: Vec<Json>,
    sizes: &[usize],
    read: impl Fn(Json, usize) -> Result<Event, Violations>,
) -> Result<Vec<Event>, Violations> {
    if !(1..=MOST_EVENTS).contains(&events.len()) {
        let rule = format!("must hold 1 to {MOST_EVENTS} events");
        let kind = ViolationKind::NotAllowed { rule };
        return Err(Violation { path: Path::ROOT, kind }.into());
    }
    let mut good = Vec::with_capacity(events.len());
    let mut faults = Vec::new();
    for (index, (event, size)) in events.into_iter().zip(sizes).enumerate() {
        match read(event, *size) {
            Ok(event) => good.push(event),
            Err(violations) => faults.extend(violations.in_element(index)),
        }
    }
    faults.truncate(MOST_REPORTED);
    Violations::all(faults).map_or(Ok(good), Err)
}

/// How many bytes each event has.
fn sizes(json: &Json, body: &[u8]) -> Result<Vec<usize>, serde_json::Error> {
    let events: Vec<&RawValue> = match json {
        Json::Array(_) => serde_json::from_slice(body)?,
        Json::Null
        | Json::Bool(_)
        | Json::Integer(_)
        | Json::NegativeInteger(_)
        | Json::Float(_)
        | Json::String(_)
        | Json::Object(_) => vec![serde_json::from_slice(body)?],
    };
    Ok(events.into_iter().map(|event| event.get().len()).collect())
}

fn type_of(event: &Json) -> Option<EventType> {
    event.field("type")?.as_str()?.parse().ok()
}

/// Reads an event that came over the bus as the whole `detail`, and the org unit it is of, which it
/// names in the extension attribute `orgunit`. Whoever may put events on the bus may put any.
///
/// # Errors
///
/// Any [`BodyFault`] but [`BodyFault::UnsupportedMediaType`]; paths are within the `detail`.
pub fn read_from_bus(
    detail: &[u8],
    categories: &Categories,
    now: Timestamp,
) -> Result<(OrgUnitId, Event), BodyFault> {
    let json = body::parse_json(None, detail)?;
    if !matches!(json, Json::Object(_)) {
        return Err(BodyFault::WrongShape { expected: "an object, which is one event".to_owned() });
    }
    let fields = json.field_names();
    let org_unit = envelope::org_unit(&json);
    let size = detail.trim_ascii().len();
    match (org_unit, event::read(json, size, categories, now)) {
        (Ok(org_unit), Ok(event)) => Ok((org_unit, event)),
        (Err(violation), Ok(_)) => Err(BodyFault::Invalid(violation.into())),
        (Ok(_), Err(violations)) => Err(BodyFault::Invalid(violations)),
        (Err(violation), Err(violations)) => {
            Err(BodyFault::Invalid(violations.and(violation).in_order_of(&fields)))
        }
    }
}

/// Events hold what people wrote: none of it is for a log.
impl fmt::Debug for CloudEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CloudEvents(…)")
    }
}

#[cfg(test)]
mod tests;
