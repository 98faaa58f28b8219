//! The attributes of an event: what CloudEvents asks of every one.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};

use crate::domain::event::{Event, EventId, EventSource, EventTime, EventType, Occurrence};
use crate::domain::id::OrgUnitId;
use crate::http::body::is_json;
use crate::http::path::Path;
use crate::http::violation::{Violation, ViolationKind, Violations};
use crate::json::Json;

/// An event without its data. Extension attributes that nobody knows are passed over.
///
/// CloudEvents 1.0, section 3.1, and its JSON format, section 2.2: an attribute that is `null` counts
/// as absent.
#[derive(Deserr)]
#[deserr(error = Violations)]
pub(super) struct Envelope {
    specversion: Given<SpecVersion>,
    id: Given<EventId>,
    source: Given<EventSource>,
    #[deserr(rename = "type")]
    event_type: Given<EventType>,
    time: Given<EventTime>,
    #[deserr(default)]
    datacontenttype: Option<JsonMediaType>,
    #[deserr(default)]
    dataschema: Option<NonEmpty>,
    #[deserr(default)]
    subject: Option<NonEmpty>,
    #[deserr(default)]
    data_base64: Option<NotTaken>,
}

impl Envelope {
    pub(super) fn event_type(&self) -> EventType {
        self.event_type.0
    }

    /// The event that this is the envelope of.
    pub(super) fn around(self, occurrence: Occurrence) -> Event {
        let Self {
            specversion: Given(SpecVersion),
            id: Given(id),
            source: Given(source),
            event_type: Given(_),
            time: Given(time),
            datacontenttype: None | Some(JsonMediaType),
            dataschema: None | Some(NonEmpty),
            subject: None | Some(NonEmpty),
            data_base64: None | Some(_),
        } = self;
        Event { source, id, time, occurrence }
    }
}

/// The org unit of an event that came over the bus: its extension attribute `orgunit`.
///
/// # Errors
///
/// What is wrong with the attribute.
pub(super) fn org_unit(event: &Json) -> Result<OrgUnitId, Violation> {
    const NAME: &str = "orgunit";
    let kind = match event.field(NAME) {
        None | Some(Json::Null) => ViolationKind::Missing,
        Some(Json::String(text)) => match OrgUnitId::parse(text) {
            Ok(org_unit) => return Ok(org_unit),
            Err(invalid) => ViolationKind::NotAllowed { rule: invalid.to_string() },
        },
        Some(
            Json::Bool(_)
            | Json::Integer(_)
            | Json::NegativeInteger(_)
            | Json::Float(_)
            | Json::Array(_)
            | Json::Object(_),
        ) => ViolationKind::WrongType { expected: "a string".to_owned() },
    };
    Err(Violation { path: Path::ROOT.field(NAME), kind })
}

/// An attribute that is required. `null` is as good as left out.
struct Given<T>(T);

impl<T: Deserr<Violations>> Deserr<Violations> for Given<T> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Violations> {
        if let Value::Null = value {
            return Err(Violation { path: location.into(), kind: ViolationKind::Missing }.into());
        }
        T::deserialize_from_value(value, location).map(Self)
    }
}

/// The one version of CloudEvents there is.
struct SpecVersion;

/// What the data is: JSON, or the event is none of ours.
struct JsonMediaType;

/// A string that says something; what it says is of no use here.
struct NonEmpty;

/// A field that no event may have.
enum NotTaken {}

/// Reads an attribute that is checked and not kept.
macro_rules! checked {
    ($name:ident, $is_valid:expr, $rule:expr) => {
        impl Deserr<Violations> for $name {
            fn deserialize_from_value<V: IntoValue>(
                value: Value<V>,
                location: ValuePointerRef<'_>,
            ) -> Result<Self, Violations> {
                let is_valid: fn(&str) -> bool = $is_valid;
                match value {
                    Value::String(text) if is_valid(&text) => Ok(Self),
                    Value::Null
                    | Value::Boolean(_)
                    | Value::Integer(_)
                    | Value::NegativeInteger(_)
                    | Value::Float(_)
                    | Value::String(_)
                    | Value::Sequence(_)
                    | Value::Map(_) => Err(not_allowed(location, $rule).into()),
                }
            }
        }
    };
}

checked!(SpecVersion, |text| text == "1.0", "must be the string \"1.0\"");
checked!(
    JsonMediaType,
    |text| is_json(text.as_bytes()),
    "must be application/json or another JSON media type"
);
checked!(NonEmpty, |text| !text.is_empty(), "must be a string that is not empty");

impl Deserr<Violations> for NotTaken {
    fn deserialize_from_value<V: IntoValue>(
        _: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Violations> {
        Err(not_allowed(location, "must be left out: the data is JSON, in `data`").into())
    }
}

fn not_allowed(location: ValuePointerRef<'_>, rule: &str) -> Violation {
    Violation { path: location.into(), kind: ViolationKind::NotAllowed { rule: rule.to_owned() } }
}
