//! Decisions on the wire: what is asked, and what an answer shows.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::domain::channel_preference::Categories;
use crate::domain::decision::{
    Answer, AskedAbout, Channel, Cited, Decision, Outcome, Question, SettingValue,
};
use crate::domain::timestamp::to_rfc3339;
use crate::http::cloud_event::read_event;
use crate::http::path::Path;
use crate::http::violation::{Violation, ViolationKind, Violations};
use crate::json::Json;

/// The field that holds the event.
const EVENT: &str = "event";

/// What a body may say beside the event, which is read apart: its categories are the deployment's.
#[derive(Deserr)]
#[deserr(error = Violations, deny_unknown_fields)]
struct Body {
    #[deserr(default)]
    event: Option<ReadElsewhere>,
    recipients: AskedAbout,
}

/// The event as it was sent.
#[derive(Deserialize)]
struct AsSent<'a> {
    #[serde(borrow)]
    event: Option<&'a RawValue>,
}

/// Reads what is asked, out of that body.
///
/// # Errors
///
/// Everything that is wrong with it, in any order; faults of the event have paths that begin with
/// `event`.
pub(in crate::http) fn read(
    mut json: Json,
    body: &[u8],
    categories: &Categories,
    now: Timestamp,
) -> Result<Question, Violations> {
    if !matches!(json, Json::Object(_)) {
        let kind = ViolationKind::WrongType { expected: "an object".to_owned() };
        return Err(Violation { path: Path::ROOT, kind }.into());
    }
    let event = match json.take_field(EVENT) {
        Some(event) => {
            let event = read_event(event, size_of_event(body), categories, now);
            event.map_err(|violations| violations.in_field(EVENT))
        }
        None => {
            let path = Path::ROOT.field(EVENT);
            Err(Violation { path, kind: ViolationKind::Missing }.into())
        }
    };
    match (event, deserr::deserialize::<Body, _, Violations>(json)) {
        (Ok(event), Ok(Body { event: None | Some(ReadElsewhere), recipients })) => {
            Ok(Question { event, recipients })
        }
        (Err(violations), Ok(_)) | (Ok(_), Err(violations)) => Err(violations),
        (Err(violations), Err(more)) => Err(more.into_iter().fold(violations, Violations::and)),
    }
}

/// In bytes. Of a body with several events, which is refused for that, none is weighed.
fn size_of_event(body: &[u8]) -> usize {
    let as_sent = serde_json::from_slice(body).ok();
    let event = as_sent.and_then(|AsSent { event }| event);
    event.map_or(0, |event| event.get().len())
}

/// A field that is known and is not looked at here.
struct ReadElsewhere;

impl Deserr<Violations> for ReadElsewhere {
    fn deserialize_from_value<V: IntoValue>(
        _: Value<V>,
        _: ValuePointerRef<'_>,
    ) -> Result<Self, Violations> {
        Ok(Self)
    }
}

/// The answer of `POST /v1/decisions`: about each person in the order asked.
#[derive(Debug, Serialize)]
pub struct DecisionList {
    decisions: Vec<AnswerView>,
}

/// What is decided about one person.
#[derive(Debug, Serialize)]
struct AnswerView {
    recipient: String,
    #[serde(serialize_with = "by_channel")]
    channels: [(Channel, DecisionView); 4],
}

#[derive(Debug, Serialize)]
struct DecisionView {
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    because: Because,
}

/// Why. A setting and its value are cited where a person's choice decided, and nothing where a
/// default or a fact did.
#[derive(Debug, Serialize)]
struct Because {
    code: &'static str,
    setting: Option<String>,
    value: Option<ValueView>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ValueView {
    Switch(bool),
    Digest(&'static str),
}

fn by_channel<S: Serializer>(
    channels: &[(Channel, DecisionView); 4],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(channels.iter().map(|(channel, decision)| (channel.name(), decision)))
}

impl From<Vec<Answer>> for DecisionList {
    fn from(answers: Vec<Answer>) -> Self {
        Self { decisions: answers.into_iter().map(AnswerView::from).collect() }
    }
}

impl From<Answer> for AnswerView {
    fn from(Answer { recipient, decisions }: Answer) -> Self {
        Self {
            recipient: recipient.as_str().to_owned(),
            channels: decisions.map(|(channel, decision)| (channel, decision.into())),
        }
    }
}

impl From<Decision> for DecisionView {
    fn from(Decision { outcome, code, cited }: Decision) -> Self {
        let (setting, value) = match cited {
            Some(Cited { setting, value }) => (Some(setting.to_string()), Some(value.into())),
            None => (None, None),
        };
        let until = match outcome {
            Outcome::Defer { bucket } => Some(to_rfc3339(bucket.end())),
            Outcome::Allow | Outcome::Deny => None,
        };
        let because = Because { code: code.name(), setting, value };
        Self { outcome: outcome.name(), until, because }
    }
}

impl From<SettingValue> for ValueView {
    fn from(value: SettingValue) -> Self {
        match value {
            SettingValue::Switch(is_on) => Self::Switch(is_on),
            SettingValue::Digest(digest) => Self::Digest(digest.name()),
        }
    }
}
