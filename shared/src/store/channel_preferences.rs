//! Channel preferences in a person's item.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::Timestamp;

use super::channel_leaves::{ChannelLeaves, scopes};
use super::keys::Key;
use super::leaves::{Leaves, to_attribute};
use super::{Store, StoreError};
use crate::auth::Person;
use crate::domain::channel_preference::{
    ChannelPreference, ChannelPreferenceId, ChannelSettings, Scope,
};

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
        let mut leaves = self.read_all_leaves(person).await?;
        scopes(&leaves)?.iter().map(|scope| take_row(&mut leaves, scope)).collect()
    }

    /// Replaces a row as a whole, or creates it: one `UpdateItem`. Id and time of creation are
    /// those of the first time. `updated_at` is now; where it was that or later already, since the
    /// clocks of two functions differ, it is the microsecond after, and that takes a second
    /// `UpdateItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the row may then have been replaced or not, and doing it again is safe.
    pub async fn replace_channel_preference(
        &self,
        person: &Person,
        row: &RowToSet<'_>,
    ) -> Result<ChannelPreference, StoreError> {
        let leaves = match self.replace(person, row, Stamp::Now).await? {
            Some(leaves) => Some(leaves),
            None => self.replace(person, row, Stamp::Next).await?,
        };
        take_row(&mut leaves.unwrap_or_default(), row.scope)
    }

    /// Gives the row's leaves, or nothing if the stamp would not be later than the last one.
    async fn replace(
        &self,
        person: &Person,
        row: &RowToSet<'_>,
        stamp: Stamp,
    ) -> Result<Option<Leaves>, StoreError> {
        let RowToSet { scope, settings, new_id, now } = row;
        let leaf = "channel";
        let mut values = HashMap::from([
            (":row".to_owned(), to_attribute(settings, leaf)?),
            (":id".to_owned(), to_attribute(new_id, leaf)?),
            (":now".to_owned(), to_attribute(now.as_microsecond(), leaf)?),
        ]);
        let (updated_at, condition) = match stamp {
            Stamp::Now => (":now", Some("attribute_not_exists(#updated) OR #updated < :now")),
            Stamp::Next => {
                values.insert(":one".to_owned(), AttributeValue::N("1".to_owned()));
                ("#updated + :one", None)
            }
        };
        let answer = self
            .client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(Key::of_person(person).into_attributes()))
            .update_expression(format!(
                "SET #row=:row,#id=if_not_exists(#id,:id),#created=if_not_exists(#created,:now),\
                 #updated={updated_at}"
            ))
            .set_condition_expression(condition.map(str::to_owned))
            .set_expression_attribute_names(Some(ChannelLeaves::of(scope).names()))
            .set_expression_attribute_values(Some(values))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await;
        match answer {
            Ok(answer) => Ok(Some(Leaves::from(answer.attributes))),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(None),
                Some(_) | None => Err(error.into()),
            },
        }
    }
}

/// How `updated_at` gets later than it was.
#[derive(Clone, Copy)]
enum Stamp {
    /// It is now, if the last one was before.
    Now,
    /// It is the microsecond after the last one.
    Next,
}

fn take_row(leaves: &mut Leaves, scope: &Scope) -> Result<ChannelPreference, StoreError> {
    let row = ChannelLeaves::of(scope);
    let corrupt = || StoreError::Corrupt { leaf: "channel" };
    let mut instant = |leaf: &str| {
        let microseconds: i64 = leaves.take_named(leaf)?.ok_or_else(corrupt)?;
        Timestamp::from_microsecond(microseconds).map_err(|_out_of_range| corrupt())
    };
    Ok(ChannelPreference {
        scope: scope.clone(),
        created_at: instant(&row.created_at())?,
        updated_at: instant(&row.updated_at())?,
        settings: leaves.take_named(&row.settings())?.ok_or_else(corrupt)?,
        id: leaves.take_named(&row.id())?.ok_or_else(corrupt)?,
    })
}
