//! What is kept of a person, for the person: read page by page, and changed nowhere.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::deliveries::row::Row as DeliveryRow;
use super::directory::{is_member, left_at};
use super::inbox::kept_notification;
use super::keys::{IndexKey, Key, Kind, Part};
use super::{KeptChoices, Store, StoreError, SubjectPlace, WatchRow};
use crate::domain::delivery::DeliveryLine;
use crate::domain::event::Event;
use crate::domain::id::{IssueKey, OrgMemberId, ProjectId, TeamId};
use crate::domain::inbox::Notification;
use crate::domain::subject::Subject;
use crate::domain::watch::Watch;

const UNKNOWN: StoreError = StoreError::Corrupt { leaf: "index" };

type Item = HashMap<String, AttributeValue>;

/// One thing that is kept of a person.
pub enum Kept {
    /// What they chose, and what is known of them.
    Choices(Box<KeptChoices>),
    /// A row of their inbox. Whoever did it stands in what it says.
    Notification(Notification),
    /// A delivery to them, and what became of it.
    Delivery(DeliveryLine),
    /// An event that names them.
    Event(Box<Event>),
    /// Their being in a project, or having been.
    Project {
        /// The project.
        project: ProjectId,
        /// Whether they are in it.
        is_member: bool,
        /// When they left it, the last time.
        left_at: Option<Timestamp>,
    },
    /// Their being in a team.
    Team(TeamId),
    /// An entry of the directory that is about them.
    Member(OrgMemberId),
    /// Their watch.
    Watch {
        /// The project.
        project: ProjectId,
        /// The issue; without one it is of the project's reports.
        issue: Option<IssueKey>,
        /// What is known of it.
        watch: Watch,
    },
    /// What someone else was told that they did. Who was told, and when they read it, is that one's.
    Did(Notification),
    /// Anything else, as it is stored.
    Stored {
        /// What it is.
        kind: &'static str,
        /// Its attributes, without its keys.
        attributes: Map<String, Value>,
    },
}

impl Store {
    /// A page of what is kept of a person, and where it goes on: one `Query`; of what lies outside their own
    /// partition, a `BatchGetItem` besides; and another one where deliveries wait for a digest.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if it cannot be read.
    pub async fn kept_of(
        &self,
        subject: &Subject,
        place: &SubjectPlace,
        now: Timestamp,
    ) -> Result<(Vec<Kept>, Option<SubjectPlace>), StoreError> {
        let (items, next) = self.subject_page(subject, place).await?;
        let items: Vec<Item> = match place.part {
            Part::Own => items,
            Part::About | Part::Did(_) => {
                let keys = items.iter().map(Key::of_item).collect::<Result<Vec<_>, _>>()?;
                // A note of whom an event names leads to the event.
                let keys = keys.into_iter().map(|key| match key.kind() {
                    Some(Kind::Named(event)) => Key::of_event(&subject.org_unit, &event),
                    Some(_) | None => key,
                });
                self.batch_get(keys).await?.into_values().collect()
            }
        };
        let mut kept = Vec::with_capacity(items.len());
        let mut deliveries = Vec::new();
        for item in items.into_iter().filter(|item| is_there(item, now)) {
            let kind = Key::of_item(&item)?.kind().ok_or(UNKNOWN)?;
            match (kind, place.part) {
                (Kind::Delivery, _) => deliveries.push(DeliveryRow::read(item)?),
                (Kind::Notification, Part::Did(_)) => {
                    kept.extend(kept_notification(item)?.map(Kept::Did));
                }
                (kind, Part::Own | Part::About | Part::Did(_)) => {
                    kept.extend(read(subject, kind, item)?);
                }
            }
        }
        let lines = self.lines(&subject.org_unit, deliveries, now).await?;
        kept.extend(lines.into_iter().map(Kept::Delivery));
        Ok((kept, next))
    }
}

/// What is past its time is gone, also while it is stored.
fn is_there(item: &Item, now: Timestamp) -> bool {
    let expires_at = item.get("expires_at").and_then(|at| at.as_n().ok()?.parse::<i64>().ok());
    expires_at.is_none_or(|expires_at| expires_at > now.as_second())
}

fn read(subject: &Subject, kind: Kind, item: Item) -> Result<Option<Kept>, StoreError> {
    Ok(Some(match kind {
        Kind::Choices => Kept::Choices(Box::new(KeptChoices::read(subject, &item)?)),
        Kind::Notification => match kept_notification(item.clone())? {
            Some(notification) => Kept::Notification(notification),
            None => stored("deleted_notification", item)?,
        },
        Kind::Delivery => stored("delivery", item)?,
        Kind::Repeat => stored("repeatable_request", item)?,
        Kind::Digest => stored("digest", item)?,
        Kind::WaitingItem => stored("waiting_for_digest", item)?,
        Kind::Event(_) | Kind::Named(_) => match super::accepted_events::event_of(&item)? {
            Some(event) => Kept::Event(Box::new(event)),
            None => return Ok(None),
        },
        Kind::ProjectMember(project) => {
            Kept::Project { project, is_member: is_member(&item), left_at: left_at(&item)? }
        }
        Kind::TeamMember(team) => Kept::Team(team),
        Kind::Member(member) => Kept::Member(member),
        Kind::IssueWatch(project, issue) => {
            let watch = WatchRow::read(&item)?.watch;
            Kept::Watch { project, issue: Some(issue), watch }
        }
        Kind::ReportWatch(project) => {
            Kept::Watch { project, issue: None, watch: WatchRow::read(&item)?.watch }
        }
    }))
}

fn stored(kind: &'static str, item: Item) -> Result<Kept, StoreError> {
    let attributes: Map<String, Value> =
        serde_dynamo::from_item(item).map_err(|_no_json| StoreError::Corrupt { leaf: kind })?;
    let is_key = |name: &str| ["pk", "sk", IndexKey::PK, IndexKey::SK].contains(&name);
    let attributes = attributes.into_iter().filter(|(name, _)| !is_key(name)).collect();
    Ok(Kept::Stored { kind, attributes })
}
