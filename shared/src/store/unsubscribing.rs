//! Turning one kind of email off in a person's item, for who unsubscribes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::channel_leaves::ChannelLeaves;
use super::expression::{Expression, Updated};
use super::keys::Key;
use super::leaves::{Leaves, activity, email, to_attribute};
use super::{Store, StoreError};
use crate::domain::channel_preference::{ChannelSettings, Scope};
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::unsubscribing::EmailSetting;

/// What errors call the leaves of a row; which category it is of stays unsaid.
const LEAF: &str = "channel";

const CORRUPT: StoreError = StoreError::Corrupt { leaf: LEAF };

/// The field of a row that says whether email goes out, as [`ChannelSettings`] is stored.
const EMAIL: &str = "email";

/// How many stamps are tried: each that is taken was somebody's write in between.
const MOST_STAMPS: usize = 16;

impl Store {
    /// Turns off that one setting and nothing else: one `UpdateItem`. Where it is off already, or
    /// there is no such row, nothing changes. Where a row was set at the same time or later, by
    /// clocks that differ, one more for each time.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; it may then be off or not, and turning it off again is safe.
    pub async fn turn_off(
        &self,
        org_unit: &OrgUnitId,
        user: &UserId,
        setting: &EmailSetting,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = Key::of_user(org_unit, user);
        match setting {
            EmailSetting::Account(toggle) => self.turn_leaf_off(key, email(*toggle)).await,
            EmailSetting::Activity(about) => {
                self.turn_leaf_off(key, activity(about.toggle())).await
            }
            EmailSetting::Channel(scope) => self.turn_row_off(key, scope, now).await,
        }
    }

    async fn turn_leaf_off(&self, key: Key, leaf: &'static str) -> Result<(), StoreError> {
        let off = Expression::default().set(leaf, AttributeValue::Bool(false));
        self.update_if(key, off).await?;
        Ok(())
    }

    /// On condition that the row is there, that it has email on, and that its stamp gets later: so a
    /// row that someone replaces meanwhile stays as they set it, but for its email, and a late copy
    /// of this changes nothing.
    async fn turn_row_off(
        &self,
        key: Key,
        scope: &Scope,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let leaves = ChannelLeaves::of(scope);
        let (row, updated_at) = (leaves.settings(), leaves.updated_at());
        let mut stamp = now.as_microsecond();
        for _ in 0..MOST_STAMPS {
            let off = Expression::default()
                .set_within(&row, EMAIL, AttributeValue::Bool(false))
                .if_within(&row, EMAIL, AttributeValue::Bool(true))
                .set_if_later(&updated_at, to_attribute(stamp, LEAF)?);
            match self.update_or_tell(key.clone(), off).await? {
                Updated::Done => return Ok(()),
                Updated::Refused(item) => match last_change(item, &row, &updated_at)? {
                    None => return Ok(()),
                    Some(last) => stamp = stamp.max(last).saturating_add(1),
                },
            }
        }
        Err(StoreError::Conflict)
    }
}

/// The stamp of a row that still has email on; nothing, where there is nothing to turn off.
fn last_change(
    item: HashMap<String, AttributeValue>,
    row: &str,
    updated_at: &str,
) -> Result<Option<i64>, StoreError> {
    let mut leaves = Leaves::from(Some(item));
    match leaves.take::<ChannelSettings>(row)? {
        Some(ChannelSettings { email: true, in_app: _, push: _, digest: _ }) => {
            Ok(Some(leaves.take(updated_at)?.ok_or(CORRUPT)?))
        }
        Some(ChannelSettings { email: false, in_app: _, push: _, digest: _ }) | None => Ok(None),
    }
}
