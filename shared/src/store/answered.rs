//! What an answer of DynamoDB's has to be.

use aws_sdk_dynamodb::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

/// Takes a success without a body for no answer. DynamoDB says `{}` at least; what stands between may
/// answer in its place, and the SDK reads nothing as *written*, or as *nothing is there*. It is asked
/// again, as after an answer that was lost.
#[derive(Debug)]
pub(super) struct RefuseEmpty;

impl Intercept for RefuseEmpty {
    fn name(&self) -> &'static str {
        "RefuseEmpty"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes();
        if context.output_or_error().is_ok() && body.is_some_and(<[u8]>::is_empty) {
            return Err("the answer is empty".into());
        }
        Ok(())
    }
}

impl ClassifyRetry for RefuseEmpty {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        // No other interceptor of the client refuses anything.
        match context.output_or_error() {
            Some(Err(error)) if error.is_interceptor_error() => RetryAction::transient_error(),
            Some(_) | None => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "RefuseEmpty"
    }
}
