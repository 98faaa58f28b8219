//! What is kept of a person, as it is exported: in the shapes in which the API answers it, where it does.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::account_email::AccountEmailView;
use super::channel_preferences::ChannelPreferenceView;
use super::deliveries::DeliveryView;
use super::lead_alerts::LeadAlertView;
use super::notifications::NotificationView;
use super::profile::ProfileView;
use crate::domain::inbox::Notification;
use crate::domain::subject::Subject;
use crate::domain::timestamp::to_rfc3339;
use crate::domain::watch::Watch;
use crate::failure::Failure;
use crate::store::{Kept, KeptChoices, KeptEntry, KeptSubscription, SubjectPlace};

/// The parts of the document that are lists. Those of all answers, one after the other, are the whole.
const LISTS: [&str; 9] = [
    "notifications",
    "deliveries",
    "projects",
    "teams",
    "directory_entries",
    "watches",
    "events",
    "acted",
    "stored",
];

/// What is kept of a person, or a part of it.
#[derive(Serialize)]
pub struct PersonExport {
    org_unit: String,
    user: String,
    exported_at: String,
    /// Null where they chose nothing, and nothing is known of them; and in any answer but the first.
    preferences: Value,
    #[serde(flatten)]
    lists: Map<String, Value>,
    /// What to ask for the rest with; null at the end.
    next: Option<String>,
    #[serde(skip)]
    size: usize,
}

impl PersonExport {
    pub(crate) fn new(Subject { org_unit, user }: &Subject, now: Timestamp) -> Self {
        let empty = LISTS.into_iter().map(|list| (list.to_owned(), json!([])));
        Self {
            org_unit: org_unit.as_str().to_owned(),
            user: user.as_str().to_owned(),
            exported_at: to_rfc3339(now),
            preferences: Value::Null,
            lists: empty.collect(),
            next: None,
            size: 0,
        }
    }

    /// The same, which goes on there.
    pub(crate) fn that_goes_on(self, place: &SubjectPlace) -> Self {
        Self { next: Some(place.to_text()), ..self }
    }

    /// How many bytes it has, about.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Adds something to where it belongs.
    pub(crate) fn add(&mut self, kept: Kept) -> Result<(), Failure> {
        let (list, value) = match kept {
            Kept::Choices(choices) => {
                self.preferences = preferences(*choices)?;
                self.size += self.preferences.to_string().len();
                return Ok(());
            }
            Kept::Notification(notification) => {
                ("notifications", written(NotificationView::from(notification))?)
            }
            Kept::Delivery(line) => ("deliveries", written(DeliveryView::from(line))?),
            Kept::Event(event) => ("events", written(event)?),
            Kept::Project { project, is_member, left_at } => {
                let left_at = left_at.map(to_rfc3339);
                let project = project.as_str();
                let value = json!({ "id": project, "is_member": is_member, "left_at": left_at });
                ("projects", value)
            }
            Kept::Team(team) => ("teams", json!({ "id": team.as_str() })),
            Kept::Member(member) => ("directory_entries", json!({ "id": member.as_str() })),
            Kept::Watch { project, issue, watch } => {
                let issue = issue.map(|issue| issue.as_str().to_owned());
                ("watches", watch_view(project.as_str(), issue, &watch))
            }
            Kept::Did(notification) => {
                // When it was read, and as which one, is its owner's.
                let Notification { notification_type, message, created_at, .. } = &notification;
                let (kind, at) = (notification_type.number(), to_rfc3339(*created_at));
                ("acted", json!({ "type": kind, "message": message, "created_at": at }))
            }
            Kept::Stored { kind, mut attributes } => {
                attributes.insert("kind".to_owned(), kind.into());
                ("stored", Value::Object(attributes))
            }
        };
        self.size += value.to_string().len();
        if let Some(Value::Array(list)) = self.lists.get_mut(list) {
            list.push(value);
        }
        Ok(())
    }
}

fn written(view: impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(view).map_err(|_unwritable| Failure::Unrenderable)
}

fn watch_view(project: &str, issue: Option<String>, watch: &Watch) -> Value {
    let interval = |since: Timestamp, until: Option<Timestamp>| json!({ "since": to_rfc3339(since), "until": until.map(to_rfc3339) });
    let earlier = watch.earlier.iter().map(|it| interval(it.since, Some(it.until)));
    let intervals = earlier.chain(watch.last.map(|it| interval(it.since, it.until)));
    let intervals: Vec<Value> = intervals.collect();
    json!({ "project_id": project, "issue": issue, "intervals": intervals })
}

fn preferences(choices: KeptChoices) -> Result<Value, Failure> {
    let KeptChoices {
        lead_alerts,
        rows,
        account_email,
        profile,
        entries,
        slack_user,
        is_slack_override,
        push,
        undeliverable,
    } = choices;
    let rows = rows.into_iter().map(|row| written(ChannelPreferenceView::from(row)));
    let entries = entries.into_iter().map(|(member, entry)| {
        let KeptEntry { email, first_name, last_name, profile_picture, is_confirmed, zone } = entry;
        json!({
            "org_member_id": member.as_str(),
            "email": email,
            "first_name": first_name,
            "last_name": last_name,
            "profile_picture": profile_picture,
            "confirmed": is_confirmed,
            "zoneinfo": zone,
        })
    });
    let push = push.into_iter().map(|KeptSubscription { id, endpoint, created_at }| {
        json!({ "id": id, "endpoint": endpoint, "created_at": to_rfc3339(created_at) })
    });
    let undeliverable = undeliverable
        .into_iter()
        .map(|(since, digest)| json!({ "address_digest": digest, "since": to_rfc3339(since) }));
    Ok(json!({
        "notification_prefs": written(LeadAlertView::from(lead_alerts))?,
        "channel_preferences": rows.collect::<Result<Vec<_>, _>>()?,
        "account_email": written(AccountEmailView::from(account_email))?,
        "profile": written(ProfileView::from(profile))?,
        "directory": entries.collect::<Vec<_>>(),
        "slack": {
            "user_id": slack_user.map(|id| id.as_str().to_owned()),
            "is_override": is_slack_override,
        },
        "push_subscriptions": push.collect::<Vec<_>>(),
        "undeliverable_addresses": undeliverable.collect::<Vec<_>>(),
    }))
}
