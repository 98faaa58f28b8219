//! Channel preferences in a person's item.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;

use super::channel_leaves::{ChannelLeaves, scopes};
use super::keys::Key;
use super::leaves::{Leaves, to_attribute};
use super::{Store, StoreError};
use crate::auth::Person;
use crate::domain::channel_preference::{
    ChannelPreference, ChannelPreferenceId, ChannelSettings, Scope,
};

/// What errors call the leaves of a row; which category it is of stays unsaid.
const LEAF: &str = "channel";

const CORRUPT: StoreError = StoreError::Corrupt { leaf: LEAF };

/// How many stamps are tried: each that is taken was somebody's write in between.
const MOST_STAMPS: usize = 16;

/// A row to set, and its stamps if it is new.
#[derive(Debug)]
pub struct RowToSet<'a> {
    /// What it is about.
    pub scope: &'a Scope,
    /// What it says.
    pub settings: &'a ChannelSettings,
    /// Its id, unless it has one.
    pub new_id: &'a ChannelPreferenceId,
    /// When it is set.
    pub now: Timestamp,
}

impl Store {
    /// Every row that the person set, in no order: one consistent `GetItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read.
    pub async fn channel_preferences(
        &self,
        person: &Person,
    ) -> Result<Vec<ChannelPreference>, StoreError> {
        take_rows(self.read_all_leaves(person).await?)
    }

    /// Replaces a row as a whole, or creates it: one `UpdateItem`. Id and time of creation are
    /// those of the first time. `updated_at` is now; where it was that or later already, since
    /// someone else was faster or the clocks of two functions differ, it is the microsecond after,
    /// and that takes another `UpdateItem`.
    ///
    /// The write is on the condition that the stamp gets later, so that a late copy of it, which a
    /// lost connection may leave behind, changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the row may then have been replaced or not, and doing it again is safe.
    pub async fn replace_channel_preference(
        &self,
        person: &Person,
        row: &RowToSet<'_>,
    ) -> Result<ChannelPreference, StoreError> {
        let mut stamp = row.now.as_microsecond();
        for _ in 0..MOST_STAMPS {
            match self.replace(person, row, stamp).await? {
                Replaced::Done(mut leaves) => return take_row(&mut leaves, row.scope),
                Replaced::Superseded { last } => stamp = stamp.max(last).saturating_add(1),
            }
        }
        Err(StoreError::Conflict)
    }

    async fn replace(
        &self,
        person: &Person,
        row: &RowToSet<'_>,
        stamp: i64,
    ) -> Result<Replaced, StoreError> {
        let RowToSet { scope, settings, new_id, now } = row;
        let leaves = ChannelLeaves::of(scope);
        let values = HashMap::from([
            (":row".to_owned(), to_attribute(settings, LEAF)?),
            (":id".to_owned(), to_attribute(new_id, LEAF)?),
            (":now".to_owned(), to_attribute(now.as_microsecond(), LEAF)?),
            (":stamp".to_owned(), to_attribute(stamp, LEAF)?),
        ]);
        let answer = self
            .client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(Key::of_person(person).into_attributes()))
            .update_expression(
                "SET #row=:row,#id=if_not_exists(#id,:id),\
                 #created=if_not_exists(#created,:now),#updated=:stamp",
            )
            .condition_expression("attribute_not_exists(#updated) OR #updated<:stamp")
            .set_expression_attribute_names(Some(leaves.names()))
            .set_expression_attribute_values(Some(values))
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match answer {
            Ok(answer) => Ok(Replaced::Done(Leaves::from(answer.attributes))),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(superseded)) => {
                    let mut old = Leaves::from(superseded.item.clone());
                    let last = old.take(&leaves.updated_at())?;
                    Ok(Replaced::Superseded { last: last.ok_or(CORRUPT)? })
                }
                Some(_) | None => Err(error.into()),
            },
        }
    }
}

/// What came of a write.
enum Replaced {
    Done(Leaves),
    /// The row has that stamp, which is not before the one it was to get.
    Superseded {
        last: i64,
    },
}

/// Every row that these leaves hold, in no order.
pub(super) fn take_rows(mut leaves: Leaves) -> Result<Vec<ChannelPreference>, StoreError> {
    scopes(&leaves)?.iter().map(|scope| take_row(&mut leaves, scope)).collect()
}

fn take_row(leaves: &mut Leaves, scope: &Scope) -> Result<ChannelPreference, StoreError> {
    let row = ChannelLeaves::of(scope);
    let mut instant = |leaf: &str| {
        let microseconds: i64 = leaves.take(leaf)?.ok_or(CORRUPT)?;
        Timestamp::from_microsecond(microseconds).map_err(|_out_of_range| CORRUPT)
    };
    Ok(ChannelPreference {
        scope: scope.clone(),
        created_at: instant(&row.created_at())?,
        updated_at: instant(&row.updated_at())?,
        settings: leaves.take(&row.settings())?.ok_or(CORRUPT)?,
        id: leaves.take(&row.id())?.ok_or(CORRUPT)?,
    })
}
