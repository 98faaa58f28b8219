//! What is tried again beyond what the SDK tries again by itself, and counting the attempts.

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

use crate::telemetry;

/// A single write that meets a transaction, or another region's write, on the same item is
/// refused; that is over in milliseconds, and the SDK does not know that it passes.
#[derive(Debug)]
pub(super) struct RetryConflicts;

impl ClassifyRetry for RetryConflicts {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let error = context.output_or_error().and_then(Result::err);
        let Some(error) = error.and_then(|error| error.as_operation_error()) else {
            return RetryAction::NoActionIndicated;
        };
        let updating = error.downcast_ref::<UpdateItemError>().is_some_and(|error| {
            error.is_transaction_conflict_exception()
                || error.is_replicated_write_conflict_exception()
        });
        let putting = error.downcast_ref::<PutItemError>().is_some_and(|error| {
            error.is_transaction_conflict_exception()
                || error.is_replicated_write_conflict_exception()
        });
        if updating || putting {
            RetryAction::transient_error()
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "RetryConflicts"
    }
}

/// Notes every attempt, for the request's log line.
#[derive(Debug)]
pub(super) struct CountAttempts;

impl Intercept for CountAttempts {
    fn name(&self) -> &'static str {
        "CountAttempts"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        telemetry::note_store_attempt();
        Ok(())
    }
}
