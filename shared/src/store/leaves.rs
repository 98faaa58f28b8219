//! The leaves of a person's one item, and reading and writing just some of them.
//!
//! A leaf is there if it was chosen; absent means today's default. Writers name the leaves they set
//! and no others, so writers of different leaves never undo each other and need not read first.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::keys::Key;
use super::{Store, StoreError};
use crate::auth::Person;
use crate::domain::account_email::EmailToggle;
use crate::domain::activity::ActivityToggle;
use crate::domain::lead_alert::LeadEvent;

/// The master switch of the lead alerts.
pub(super) const NOTIFICATIONS_ENABLED: &str = "notifications_enabled";

/// What the leaves of push subscriptions begin with.
pub(super) const PUSH: &str = "push.";

/// Whether a person muted a kind of lead alert.
pub(super) const fn mute(event: LeadEvent) -> &'static str {
    match event {
        LeadEvent::MilestoneEntered => "mute.milestone.entered",
        LeadEvent::MilestoneExited => "mute.milestone.exited",
        LeadEvent::SequenceCompleted => "mute.sequence.completed",
        LeadEvent::SurgeFired => "mute.surge.fired",
    }
}

/// An account email that a person may do without.
pub(super) const fn email(toggle: EmailToggle) -> &'static str {
    match toggle {
        EmailToggle::ProductUpdates => "email.product_updates",
        EmailToggle::DeliveryAlerts => "email.delivery_alerts",
        EmailToggle::BillingReceipts => "email.billing_receipts",
        EmailToggle::WeeklyUsageDigest => "email.weekly_usage_digest",
    }
}

/// A switch of a profile.
pub(super) const fn activity(toggle: ActivityToggle) -> &'static str {
    match toggle {
        ActivityToggle::AutoWatchOnCreate => "activity.auto_watch_on_create",
        ActivityToggle::AutoWatchOnAssigned => "activity.auto_watch_on_assigned",
        ActivityToggle::AutoWatchOnCommented => "activity.auto_watch_on_commented",
        ActivityToggle::NotifyMentions => "activity.notify_mentions",
        ActivityToggle::NotifyAssignment => "activity.notify_assignment",
        ActivityToggle::NotifyProjectMembership => "activity.notify_project_membership",
        ActivityToggle::NotifyTeamMembership => "activity.notify_team_membership",
        ActivityToggle::NotifyWatchedActivityEmail => "activity.notify_watched_activity_email",
        ActivityToggle::NotifyReportActivityEmail => "activity.notify_report_activity_email",
    }
}

/// Some leaves of an item, as stored.
#[derive(Default)]
pub(super) struct Leaves(HashMap<String, AttributeValue>);

impl From<Option<HashMap<String, AttributeValue>>> for Leaves {
    fn from(attributes: Option<HashMap<String, AttributeValue>>) -> Self {
        Self(attributes.unwrap_or_default())
    }
}

impl Leaves {
    /// The names of the leaves that begin like this, without the beginning.
    pub(super) fn names_after(&self, prefix: &str) -> Vec<String> {
        self.0.keys().filter_map(|name| name.strip_prefix(prefix)).map(str::to_owned).collect()
    }

    /// Takes a leaf out; `None` if it was never set.
    pub(super) fn take<T: DeserializeOwned>(
        &mut self,
        leaf: &str,
    ) -> Result<Option<T>, StoreError> {
        let value = self.0.remove(leaf).map(serde_dynamo::from_attribute_value);
        value.transpose().map_err(|_of_another_type| StoreError::Corrupt { leaf: family(leaf) })
    }

    /// Takes a leaf out for each of these, where it was set.
    pub(super) fn take_each<K: Ord + Copy, T: DeserializeOwned>(
        &mut self,
        keys: impl IntoIterator<Item = K>,
        leaf: impl Fn(K) -> &'static str,
    ) -> Result<BTreeMap<K, T>, StoreError> {
        let mut taken = BTreeMap::new();
        for key in keys {
            if let Some(value) = self.take(leaf(key))? {
                taken.insert(key, value);
            }
        }
        Ok(taken)
    }
}

/// What an error says of a leaf: the surface it belongs to, for the rest of a name may be a
/// deployment's own.
fn family(leaf: &str) -> &'static str {
    const FAMILIES: [&str; 9] = [
        NOTIFICATIONS_ENABLED,
        "slack",
        "push",
        "mute",
        "email",
        "activity",
        "channel",
        "member",
        "undeliverable",
    ];
    FAMILIES.into_iter().find(|family| leaf.starts_with(family)).unwrap_or("unknown")
}

/// New values for some leaves.
#[derive(Default)]
pub(super) struct LeafChange(Vec<(&'static str, AttributeValue)>);

impl LeafChange {
    /// Whether it sets nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets a leaf.
    pub(super) fn set<T: Serialize>(
        &mut self,
        leaf: &'static str,
        value: T,
    ) -> Result<(), StoreError> {
        self.0.push((leaf, to_attribute(value, leaf)?));
        Ok(())
    }
}

/// A value as the store holds it.
pub(super) fn to_attribute<T: Serialize>(
    value: T,
    leaf: &'static str,
) -> Result<AttributeValue, StoreError> {
    let value = serde_dynamo::to_attribute_value(value);
    value.map_err(|_unserializable| StoreError::Unwritable { leaf })
}

impl Store {
    /// Reads just those leaves of a person's item, consistently: one `GetItem`.
    pub(super) async fn read_leaves(
        &self,
        person: &Person,
        leaves: &[&'static str],
    ) -> Result<Leaves, StoreError> {
        let placeholders = (0..leaves.len()).map(|index| format!("#{index}"));
        let placeholders: Vec<String> = placeholders.collect();
        let names = leaves.iter().map(|leaf| (*leaf).to_owned());
        let answer = self
            .get_at(Key::of_person(person))
            .projection_expression(placeholders.join(","))
            .set_expression_attribute_names(Some(placeholders.into_iter().zip(names).collect()))
            .send()
            .await?;
        Ok(Leaves::from(answer.item))
    }

    /// Reads a person's whole item, consistently: one `GetItem`.
    pub(super) async fn read_all_leaves(&self, person: &Person) -> Result<Leaves, StoreError> {
        self.read_leaves_at(Key::of_person(person)).await
    }

    /// The same of whoever's item has that key.
    pub(super) async fn read_leaves_at(&self, key: Key) -> Result<Leaves, StoreError> {
        let answer = self.get_at(key).send().await?;
        Ok(Leaves::from(answer.item))
    }

    fn get_at(&self, key: Key) -> GetItemFluentBuilder {
        self.client
            .get_item()
            .table_name(&*self.table)
            .set_key(Some(key.into_attributes()))
            .consistent_read(true)
    }

    /// Sets just those leaves of a person's item, unconditionally: one `UpdateItem`. Gives back
    /// what of the item was asked for.
    ///
    /// Without leaves it would create an empty item: ask [`LeafChange::is_empty`] before.
    pub(super) async fn write_leaves(
        &self,
        person: &Person,
        LeafChange(leaves): LeafChange,
        answer: ReturnValue,
    ) -> Result<Leaves, StoreError> {
        let assignments = (0..leaves.len()).map(|index| format!("#{index}=:{index}"));
        let assignments: Vec<String> = assignments.collect();
        let mut update = self
            .client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(Key::of_person(person).into_attributes()))
            .update_expression(format!("SET {}", assignments.join(",")))
            .return_values(answer);
        for (index, (leaf, value)) in leaves.into_iter().enumerate() {
            update = update
                .expression_attribute_names(format!("#{index}"), leaf)
                .expression_attribute_values(format!(":{index}"), value);
        }
        Ok(Leaves::from(update.send().await?.attributes))
    }
}
