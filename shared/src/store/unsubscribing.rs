//! Turning one kind of email off in a person's item, or all digests, for who unsubscribes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::channel_leaves::{ChannelLeaves, scopes};
use super::expression::{Expression, Updated};
use super::keys::Key;
use super::leaves::{Leaves, activity, email, to_attribute};
use super::{Store, StoreError};
use crate::domain::channel_preference::{ChannelSettings, Digest, Scope};
use crate::domain::digest::Cadence;
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::unsubscribing::EmailSetting;

/// What errors call the leaves of a row; which category it is of stays unsaid.
const LEAF: &str = "channel";

const CORRUPT: StoreError = StoreError::Corrupt { leaf: LEAF };

/// The field of a row that says whether email goes out, as [`ChannelSettings`] is stored.
const EMAIL: &str = "email";

/// The field that says how email is batched.
const DIGEST: &str = "digest";

/// How many stamps are tried: each that is taken was somebody's write in between.
const MOST_STAMPS: usize = 16;

impl Store {
    /// Turns off that one setting and nothing else: one `UpdateItem`. Where it is off already, or
    /// there is no such row, nothing changes. Where a row was set at the same time or later, by
    /// clocks that differ, one more for each time. Of digests: one `GetItem`, strongly consistent, and
    /// as many for each row that waits for one.
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
            EmailSetting::Channel(scope) => self.turn_row_off(&key, scope, Rows::Any, now).await,
            EmailSetting::Digests => self.turn_digests_off(&key, now).await,
        }
    }

    /// One row after the other, as they were when they were read. Where that breaks off, some are off,
    /// and whoever does it again turns the others off.
    async fn turn_digests_off(&self, key: &Key, now: Timestamp) -> Result<(), StoreError> {
        let mut leaves = self.read_leaves_at(key.clone()).await?;
        for scope in scopes(&leaves)? {
            let row = leaves.take::<ChannelSettings>(&ChannelLeaves::of(&scope).settings())?;
            if let Some(ChannelSettings { email: true, digest, in_app: _, push: _ }) = row
                && Cadence::of(digest).is_some()
            {
                self.turn_row_off(key, &scope, Rows::Waiting(digest), now).await?;
            }
        }
        Ok(())
    }

    async fn turn_leaf_off(&self, key: Key, leaf: &'static str) -> Result<(), StoreError> {
        let off = Expression::default().set(leaf, AttributeValue::Bool(false));
        self.update_if(key, off).await?;
        Ok(())
    }

    /// On condition that the row is there, that it has email on, and that its stamp gets later: so a
    /// row that someone replaces meanwhile stays as they set it, but for its email, and a late copy
    /// of this changes nothing. A row that is meant for its digest stays on once it is batched otherwise.
    async fn turn_row_off(
        &self,
        key: &Key,
        scope: &Scope,
        mut which: Rows,
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
            let off = match which {
                Rows::Any => off,
                Rows::Waiting(digest) => off.if_within(&row, DIGEST, to_attribute(digest, LEAF)?),
            };
            let item = match self.update_or_tell(key.clone(), off).await? {
                Updated::Done => return Ok(()),
                Updated::Refused(item) => item,
            };
            let Some((digest, last)) = still_on(item, &row, &updated_at)? else { return Ok(()) };
            which = match which {
                Rows::Any => Rows::Any,
                Rows::Waiting(_) if Cadence::of(digest).is_some() => Rows::Waiting(digest),
                Rows::Waiting(_) => return Ok(()),
            };
            stamp = stamp.max(last).saturating_add(1);
        }
        Err(StoreError::Conflict)
    }
}

/// Which rows are turned off.
#[derive(Clone, Copy)]
enum Rows {
    Any,
    /// One that has this digest still, which is one that email waits for.
    Waiting(Digest),
}

/// How a row is batched that still has email on, and its stamp; nothing, where there is nothing to turn
/// off.
fn still_on(
    item: HashMap<String, AttributeValue>,
    row: &str,
    updated_at: &str,
) -> Result<Option<(Digest, i64)>, StoreError> {
    let mut leaves = Leaves::from(Some(item));
    match leaves.take::<ChannelSettings>(row)? {
        Some(ChannelSettings { email: true, digest, in_app: _, push: _ }) => {
            Ok(Some((digest, leaves.take(updated_at)?.ok_or(CORRUPT)?)))
        }
        Some(ChannelSettings { email: false, digest: _, in_app: _, push: _ }) | None => Ok(None),
    }
}
