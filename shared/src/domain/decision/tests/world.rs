//! An event, a person and an instant in plain text and JSON, and the values that they stand for.

use std::collections::{BTreeMap, BTreeSet};

use deserr::errors::JsonError;
use deserr::{IntoValue as _, ValuePointerRef};
use jiff::Timestamp;
use serde_json::{Value, from_value, json, to_value};

use crate::domain::account_email::EmailToggle;
use crate::domain::activity::ActivityToggle;
use crate::domain::channel_preference::{ChannelSettings, Scope};
use crate::domain::decision::{
    Channel, Choices, Decision, MembershipRecord, Outcome, Reach, Recipient, SettingValue,
    Standing, decide,
};
use crate::domain::event::{Event, EventType, Occurrence, examples};
use crate::domain::id::UserId;
use crate::domain::lead_alert::LeadEvent;
use crate::domain::push::{PushKeys, PushSubscription, PushSubscriptionId};

/// Settings by their names on the wire, and what they hold. A row has all four of its fields.
pub(super) type Settings = BTreeMap<String, Value>;

/// The time, the id and the source of an event.
pub(super) type Stamp = [String; 3];

pub(super) const ROW_FIELDS: [&str; 4] =
    ["in_app_enabled", "email_enabled", "push_enabled", "digest"];

/// All that a decision may look at.
#[derive(Debug, Clone)]
pub(super) struct World {
    /// As it is stored.
    pub event: Value,
    pub user: String,
    pub chosen: Settings,
    /// The channels besides the inbox that reach the person.
    pub addresses: BTreeSet<&'static str>,
    pub zone: Option<String>,
    /// Whether they are a member of the event's project, and which event said so.
    pub membership: Option<(bool, Stamp)>,
    pub is_watching: bool,
    pub now: Timestamp,
}

impl World {
    /// The example of that type with some other data, on a Friday at three; and someone who is a
    /// member, watches, and has every address. Of a row of `chosen` all four fields are said at once:
    /// `"channel.*": [true, false, false, "instant"]`.
    pub(super) fn example(event_type: &str, data: Value, user: &str, chosen: &Value) -> Self {
        let event_type: EventType = event_type.parse().unwrap();
        let mut sent = examples::data(event_type);
        sent.as_object_mut().unwrap().append(&mut from_value(data).unwrap());
        let stamp = ["2026-03-13T14:00:00Z", "e-41", "/tracker"].map(str::to_owned);
        let settings = |(name, value): (&String, &Value)| match name.strip_prefix("channel.") {
            Some(scope) => row(scope, from_value(value.clone()).unwrap()),
            None => Settings::from([(name.clone(), value.clone())]),
        };
        let joined = ["2026-03-01T00:00:00.000000000Z", "e-1", "/tracker"].map(str::to_owned);
        Self {
            event: event(event_type, sent, &stamp),
            user: user.to_owned(),
            chosen: chosen.as_object().unwrap().iter().flat_map(settings).collect(),
            addresses: ["email", "push", "slack"].into(),
            zone: Some("Europe/Amsterdam".to_owned()),
            membership: Some((true, joined)),
            is_watching: true,
            now: "2026-03-13T15:00:00.5Z".parse().unwrap(),
        }
    }

    pub(super) fn over(&self, channel: Channel) -> Decision {
        decide(&self.event(), &self.recipient(), channel, self.now)
    }

    /// The decision on each channel, in the order of [`Channel::ALL`].
    pub(super) fn decide(&self) -> [Decision; 4] {
        let (event, recipient) = (self.event(), self.recipient());
        Channel::ALL.map(|channel| decide(&event, &recipient, channel, self.now))
    }

    /// The same, each as a line.
    pub(super) fn said(&self) -> [String; 4] {
        self.decide().each_ref().map(said)
    }

    pub(super) fn said_over(&self, channel: &str) -> String {
        let channel = Channel::ALL.into_iter().find(|each| each.name() == channel).unwrap();
        said(&self.over(channel))
    }

    pub(super) fn event(&self) -> Event {
        from_value(self.event.clone()).unwrap()
    }

    pub(super) fn recipient(&self) -> Recipient {
        let membership = self.membership.as_ref().map(|(is_member, stamp)| MembershipRecord {
            is_member: *is_member,
            stamp: stamp.join("\t").parse().unwrap(),
        });
        Recipient {
            user: UserId::parse(&self.user).unwrap(),
            choices: choices(&self.chosen),
            reach: Reach {
                email: self.addresses.get("email").map(|_| "jane@example.com".parse().unwrap()),
                push: self.addresses.contains("push").then(subscription).into_iter().collect(),
                slack: self.addresses.contains("slack").then(|| "U012AB3CD".parse().unwrap()),
            },
            zone: self.zone.as_ref().map(|zone| zone.parse().unwrap()),
            standing: Standing { membership, is_watching: self.is_watching },
        }
    }

    pub(super) fn choosing(&self, chosen: Settings) -> Self {
        Self { chosen, ..self.clone() }
    }

    pub(super) fn with(&self, setting: &str, value: impl Into<Value>) -> Self {
        let mut chosen = self.chosen.clone();
        chosen.insert(setting.to_owned(), value.into());
        self.choosing(chosen)
    }

    /// Without the settings whose names begin like this.
    pub(super) fn without(&self, beginning: &str) -> Self {
        let mut chosen = self.chosen.clone();
        chosen.retain(|setting, _| !setting.starts_with(beginning));
        self.choosing(chosen)
    }
}

/// An event as it is stored, from data as it is sent.
pub(super) fn event(event_type: EventType, data: Value, [time, id, source]: &Stamp) -> Value {
    let read = Occurrence::read::<_, JsonError>;
    let occurrence = read(event_type, data.into_value(), ValuePointerRef::Origin).unwrap();
    let event = Event {
        source: source.parse().unwrap(),
        id: id.parse().unwrap(),
        time: time.parse().unwrap(),
        occurrence,
    };
    to_value(event).unwrap()
}

/// A row, as the four settings it consists of. `*` is the global one.
pub(super) fn row(scope: &str, values: [Value; 4]) -> Settings {
    let names = ROW_FIELDS.map(|field| format!("channel.{scope}.{field}"));
    names.into_iter().zip(values).collect()
}

/// Every switch that is no field of a row.
pub(super) fn switches() -> Vec<String> {
    let mutes = LeadEvent::ALL.map(|event| format!("mute.{}", event.name()));
    let emails = EmailToggle::ALL.map(|toggle| format!("email.{}", toggle.name()));
    let activities = ActivityToggle::ALL.map(|toggle| format!("activity.{}", toggle.name()));
    let master = "notifications_enabled".to_owned();
    [master].into_iter().chain(mutes).chain(emails).chain(activities).collect()
}

fn choices(settings: &Settings) -> Choices {
    let mut choices = Choices::default();
    for (setting, value) in settings {
        let (kind, name) = setting.split_once('.').unwrap_or((setting, ""));
        let is_on = value.as_bool();
        match kind {
            "notifications_enabled" => choices.notifications_enabled = is_on,
            "mute" => {
                choices.muted.insert(name.parse().unwrap(), is_on.unwrap());
            }
            "email" => {
                let toggle = EmailToggle::ALL.into_iter().find(|toggle| toggle.name() == name);
                choices.email.insert(toggle.unwrap(), is_on.unwrap());
            }
            "activity" => {
                let toggle = ActivityToggle::ALL.into_iter().find(|toggle| toggle.name() == name);
                choices.activity.insert(toggle.unwrap(), is_on.unwrap());
            }
            "channel" => {
                // The other fields come with this one.
                let Some(scope) = name.strip_suffix(".digest") else { continue };
                let [in_app, email, push, digest] =
                    ROW_FIELDS.map(|field| settings[&format!("channel.{scope}.{field}")].clone());
                let settings = ChannelSettings {
                    in_app: in_app.as_bool().unwrap(),
                    email: email.as_bool().unwrap(),
                    push: push.as_bool().unwrap(),
                    digest: digest.as_str().unwrap().parse().unwrap(),
                };
                let scope = match scope {
                    "*" => Scope::Global,
                    category => Scope::Category(category.parse().unwrap()),
                };
                choices.rows.insert(scope, settings);
            }
            _ => panic!("{setting} is no setting"),
        }
    }
    choices
}

/// A decision as a line, with the names on the wire: `deny muted, email.product_updates=false`.
pub(super) fn said(decision: &Decision) -> String {
    let Decision { outcome, code, cited } = decision;
    let until = match outcome {
        Outcome::Defer { bucket } => Some(bucket.end()),
        Outcome::Allow | Outcome::Deny => None,
    };
    let cited = cited.as_ref().map(|cited| {
        let value = match cited.value {
            SettingValue::Switch(is_on) => json!(is_on),
            SettingValue::Digest(digest) => json!(digest.name()),
        };
        (cited.setting.to_string(), value)
    });
    line(outcome.name(), until, code.name(), cited)
}

pub(super) fn line(
    outcome: &str,
    until: Option<Timestamp>,
    code: &str,
    cited: Option<(String, Value)>,
) -> String {
    let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
    let cited = cited.map(|(setting, value)| format!(", {setting}={value}")).unwrap_or_default();
    format!("{outcome}{until} {code}{cited}")
}

/// A browser's subscription. The keys are those of RFC 8291, section 5.
fn subscription() -> PushSubscription {
    const PUBLIC: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    let endpoint = "https://fcm.googleapis.com/fcm/send/a".parse().unwrap();
    PushSubscription {
        id: PushSubscriptionId::of(&endpoint),
        endpoint,
        keys: PushKeys {
            p256dh: PUBLIC.parse().unwrap(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".parse().unwrap(),
        },
        made_with: PUBLIC.parse().unwrap(),
        created_at: Timestamp::UNIX_EPOCH,
    }
}
