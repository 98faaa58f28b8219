//! The leaves of a person's one item, and reading and writing just some of them.
//!
//! A leaf is on, off or absent, and absent means today's default: nothing is stored that was not
//! chosen. Writers name the leaves they set and no others, so writers of different leaves never
//! undo each other and need not read first.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::keys::Key;
use super::{Store, StoreError};
use crate::auth::Person;
use crate::domain::lead_alert::LeadEvent;

/// The master switch of the lead alerts.
pub(super) const NOTIFICATIONS_ENABLED: &str = "notifications_enabled";

/// The Slack user that a person is mapped to.
pub(super) const SLACK_USER_ID: &str = "slack_user_id";

/// Whether a person muted a kind of lead alert.
pub(super) const fn mute(event: LeadEvent) -> &'static str {
    match event {
        LeadEvent::MilestoneEntered => "mute.milestone.entered",
        LeadEvent::MilestoneExited => "mute.milestone.exited",
        LeadEvent::SequenceCompleted => "mute.sequence.completed",
        LeadEvent::SurgeFired => "mute.surge.fired",
    }
}

/// Some leaves of an item, as stored.
pub(super) struct Leaves(HashMap<String, AttributeValue>);

impl Leaves {
    /// Takes a leaf out; `None` if it was never set.
    pub(super) fn take<T: DeserializeOwned>(
        &mut self,
        leaf: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let value = self.0.remove(leaf).map(serde_dynamo::from_attribute_value);
        value.transpose().map_err(|_of_another_type| StoreError::Corrupt { leaf })
    }
}

/// New values for some leaves.
#[derive(Default)]
pub(super) struct LeafChange(Vec<(&'static str, AttributeValue)>);

impl LeafChange {
    /// Sets a leaf.
    pub(super) fn set<T: Serialize>(
        &mut self,
        leaf: &'static str,
        value: T,
    ) -> Result<(), StoreError> {
        let value = serde_dynamo::to_attribute_value(value);
        self.0.push((leaf, value.map_err(|_unserializable| StoreError::Unwritable { leaf })?));
        Ok(())
    }
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
            .client
            .get_item()
            .table_name(&*self.table)
            .set_key(Some(Key::of_person(person).into_attributes()))
            .consistent_read(true)
            .projection_expression(placeholders.join(","))
            .set_expression_attribute_names(Some(placeholders.into_iter().zip(names).collect()))
            .send()
            .await?;
        Ok(Leaves(answer.item.unwrap_or_default()))
    }

    /// Sets just those leaves of a person's item, unconditionally: one `UpdateItem`, and none for
    /// no leaves.
    pub(super) async fn write_leaves(
        &self,
        person: &Person,
        LeafChange(leaves): LeafChange,
    ) -> Result<(), StoreError> {
        if leaves.is_empty() {
            return Ok(());
        }
        let assignments = (0..leaves.len()).map(|index| format!("#{index}=:{index}"));
        let assignments: Vec<String> = assignments.collect();
        let mut update = self
            .client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(Key::of_person(person).into_attributes()))
            .update_expression(format!("SET {}", assignments.join(",")));
        for (index, (leaf, value)) in leaves.into_iter().enumerate() {
            update = update
                .expression_attribute_names(format!("#{index}"), leaf)
                .expression_attribute_values(format!(":{index}"), value);
        }
        update.send().await?;
        Ok(())
    }
}
