//! Lead-alert preferences in a person's item.

use aws_sdk_dynamodb::types::ReturnValue;

use super::leaves::{LeafChange, Leaves, NOTIFICATIONS_ENABLED, mute};
use super::slack_leaves::{SLACK_USER_ID, slack_user};
use super::{Store, StoreError};
use crate::auth::Person;
use crate::domain::lead_alert::{LeadAlertChange, LeadAlertPreferences, LeadEvent};

impl Store {
    /// A person's lead-alert preferences: one consistent `GetItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read.
    pub async fn lead_alerts(&self, person: &Person) -> Result<LeadAlertPreferences, StoreError> {
        let mutes = LeadEvent::ALL.map(mute);
        let wanted = [&[NOTIFICATIONS_ENABLED, SLACK_USER_ID], mutes.as_slice()].concat();
        take(self.read_leaves(person, &wanted).await?)
    }

    /// Merges a change into a person's lead-alert preferences: one `UpdateItem` of the leaves that
    /// the change names, and none for a change that names nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the change may then have been made or not, and making it again is safe.
    pub async fn merge_lead_alerts(
        &self,
        person: &Person,
        change: &LeadAlertChange,
    ) -> Result<(), StoreError> {
        let LeadAlertChange { notifications_enabled, muted } = change;
        let mut leaves = LeafChange::default();
        if let Some(enabled) = notifications_enabled {
            leaves.set(NOTIFICATIONS_ENABLED, enabled)?;
        }
        for (event, is_muted) in muted {
            leaves.set(mute(*event), is_muted)?;
        }
        if !leaves.is_empty() {
            self.write_leaves(person, leaves, ReturnValue::None).await?;
        }
        Ok(())
    }
}

/// Lead-alert preferences, as these leaves say them.
pub(super) fn take(mut leaves: Leaves) -> Result<LeadAlertPreferences, StoreError> {
    let muted = leaves.take_each(LeadEvent::ALL, mute)?;
    let enabled = leaves.take(NOTIFICATIONS_ENABLED)?;
    Ok(LeadAlertPreferences::from_stored(enabled, slack_user(&mut leaves)?, muted))
}
