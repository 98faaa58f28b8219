//! Counting what calls take of the table: DynamoDB says so if it is asked.

use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_get_item::{BatchGetItemInput, BatchGetItemOutput};
use aws_sdk_dynamodb::operation::batch_write_item::{BatchWriteItemInput, BatchWriteItemOutput};
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::put_item::{PutItemInput, PutItemOutput};
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{
    TransactWriteItemsInput, TransactWriteItemsOutput,
};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use crate::telemetry;

/// Asks every call what it took, where there are metrics, and notes the answer. A call that fails says
/// nothing, though it may have taken something: a condition that does not hold is paid for as well.
#[derive(Debug)]
pub(super) struct CountUnits;

/// The input that it is of is asked for the total.
macro_rules! ask {
    ($input:expr, $($operation:ty),+ $(,)?) => {
        $(if let Some(input) = $input.downcast_mut::<$operation>() {
            input.return_consumed_capacity = Some(ReturnConsumedCapacity::Total);
        } else)+ {}
    };
}

/// The output that it is of says the units, of one table or of each.
macro_rules! units {
    ($output:expr, $($operation:ty),+ $(,)?) => {
        $(if let Some(output) = $output.downcast_ref::<$operation>() {
            output.consumed_capacity().into_iter().filter_map(|of| of.capacity_units()).sum()
        } else)+ { 0.0 }
    };
}

impl Intercept for CountUnits {
    fn name(&self) -> &'static str {
        "CountUnits"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if telemetry::is_metered() {
            ask!(
                context.input_mut(),
                GetItemInput,
                UpdateItemInput,
                QueryInput,
                BatchGetItemInput,
                PutItemInput,
                TransactWriteItemsInput,
                BatchWriteItemInput,
            );
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Ok(output) = context.output_or_error()
            && telemetry::is_metered()
        {
            telemetry::note_store_units(units!(
                output,
                GetItemOutput,
                UpdateItemOutput,
                QueryOutput,
                BatchGetItemOutput,
                PutItemOutput,
                TransactWriteItemsOutput,
                BatchWriteItemOutput,
            ));
        }
        Ok(())
    }
}
