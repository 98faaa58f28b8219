//! Updating one item, alone or in a transaction.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, ReturnValue, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};

use super::Expression;
use crate::aws::AwsFault;
use crate::store::keys::Key;
use crate::store::{Store, StoreError};

/// What came of an update on a condition.
#[derive(Debug)]
pub(in crate::store) enum Updated {
    /// It is written.
    Done,
    /// The condition does not hold; this is there, or nothing.
    Refused(Item),
}

type Item = HashMap<String, AttributeValue>;

impl Store {
    /// Updates an item, unless the condition does not hold: one `UpdateItem`. Gives whether it did.
    pub(in crate::store) async fn update_if(
        &self,
        key: Key,
        expression: Expression,
    ) -> Result<bool, StoreError> {
        // Boxed: the SDK's futures are large, and several of these run side by side.
        match Box::pin(self.update(key, expression).send()).await {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(refused) if refused.is_conditional_check_failed_exception() => Ok(false),
                Some(_) | None => Err(error.into()),
            },
        }
    }

    fn update(&self, key: Key, expression: Expression) -> UpdateItemFluentBuilder {
        let (update, condition) = (expression.update(), expression.condition());
        let Expression { names, values, .. } = expression;
        self.client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(key.into_attributes()))
            .update_expression(update)
            .set_condition_expression(condition)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
    }

    /// The same; where the condition does not hold, gives the item that is there, if there is one.
    pub(in crate::store) async fn update_or_tell(
        &self,
        key: Key,
        expression: Expression,
    ) -> Result<Updated, StoreError> {
        Ok(match self.tell(self.update(key, expression)).await? {
            Ok(_nothing) => Updated::Done,
            Err(item) => Updated::Refused(item),
        })
    }

    /// The same; gives the item as it was before, in the one case and the other.
    pub(in crate::store) async fn update_and_tell(
        &self,
        key: Key,
        expression: Expression,
    ) -> Result<Result<Item, Item>, StoreError> {
        let request = self.update(key, expression).return_values(ReturnValue::AllOld);
        self.tell(request).await
    }

    async fn tell(
        &self,
        request: UpdateItemFluentBuilder,
    ) -> Result<Result<Item, Item>, StoreError> {
        let request = request
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match Box::pin(request.send()).await {
            Ok(updated) => Ok(Ok(updated.attributes.unwrap_or_default())),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    Ok(Err(refused.item().cloned().unwrap_or_default()))
                }
                Some(_) | None => Err(error.into()),
            },
        }
    }

    /// A part of a transaction that changes nothing, and holds it to a condition.
    pub(in crate::store) fn condition_of_transaction(
        &self,
        key: Key,
        condition: Expression,
    ) -> Result<TransactWriteItem, StoreError> {
        let text = condition.condition();
        let Expression { names, values, .. } = condition;
        let check = ConditionCheck::builder()
            .table_name(&*self.table)
            .set_key(Some(key.into_attributes()))
            .set_condition_expression(text)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values((!values.is_empty()).then_some(values));
        let check = check.build().map_err(|_incomplete| AwsFault::unbuildable())?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// A part of a transaction that deletes an item, if the condition holds.
    pub(in crate::store) fn deletion_of_transaction(
        &self,
        key: Key,
        condition: Expression,
    ) -> Result<TransactWriteItem, StoreError> {
        let text = condition.condition();
        let Expression { names, values, .. } = condition;
        let deletion = Delete::builder()
            .table_name(&*self.table)
            .set_key(Some(key.into_attributes()))
            .set_condition_expression(text)
            .set_expression_attribute_names((!names.is_empty()).then_some(names))
            .set_expression_attribute_values((!values.is_empty()).then_some(values));
        let deletion = deletion.build().map_err(|_incomplete| AwsFault::unbuildable())?;
        Ok(TransactWriteItem::builder().delete(deletion).build())
    }

    /// The same as [`Store::update_if`] as a part of a transaction.
    pub(in crate::store) fn part_of_transaction(
        &self,
        key: Key,
        expression: Expression,
    ) -> Result<TransactWriteItem, StoreError> {
        let (update, condition) = (expression.update(), expression.condition());
        let Expression { names, values, .. } = expression;
        let values = (!values.is_empty()).then_some(values);
        let update = Update::builder()
            .table_name(&*self.table)
            .set_key(Some(key.into_attributes()))
            .update_expression(update)
            .set_condition_expression(condition)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(values);
        let update = update.build().map_err(|_incomplete| AwsFault::unbuildable())?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}
