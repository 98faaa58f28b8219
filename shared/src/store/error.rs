//! What can go wrong between here and the table.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// Why the store could not be read or written, after its retries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The table or the partition takes no more for now.
    #[error("the store is throttling")]
    Throttled,
    /// No answer came, or none that is one.
    #[error("the store cannot be reached ({how})")]
    Unreachable {
        /// In what way.
        how: &'static str,
    },
    /// Another transaction held the item each time.
    #[error("the item is contended")]
    Conflict,
    /// What is stored is not what was ever written there.
    #[error("the leaf {leaf} holds something else")]
    Corrupt {
        /// The leaf's name; its value stays unsaid.
        leaf: &'static str,
    },
    /// A value cannot be written as an attribute.
    #[error("the leaf {leaf} cannot be written")]
    Unwritable {
        /// The leaf's name.
        leaf: &'static str,
    },
    /// The store refused the request: a mistake of ours, or of the deployment.
    #[error("the store answered {code}")]
    Rejected {
        /// The error code of the DynamoDB API. Its message may quote values, and is dropped.
        code: String,
    },
}

impl StoreError {
    /// Whether the same request may succeed in a moment.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Throttled | Self::Unreachable { .. } | Self::Conflict => true,
            Self::Corrupt { .. } | Self::Unwritable { .. } | Self::Rejected { .. } => false,
        }
    }

    /// What the log calls it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Throttled => "store.throttled",
            Self::Unreachable { .. } => "store.unreachable",
            Self::Conflict => "store.conflict",
            Self::Corrupt { .. } => "store.corrupt",
            Self::Unwritable { .. } => "store.unwritable",
            Self::Rejected { .. } => "store.rejected",
        }
    }

    /// What the log adds: an error code, the name of a leaf, how the store cannot be reached.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Throttled | Self::Conflict => None,
            Self::Unreachable { how } => Some(how),
            Self::Corrupt { leaf } | Self::Unwritable { leaf } => Some(leaf),
            Self::Rejected { code } => Some(code),
        }
    }
}

impl<E: ProvideErrorMetadata> From<SdkError<E, HttpResponse>> for StoreError {
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        match &error {
            SdkError::TimeoutError(_) => Self::Unreachable { how: "timeout" },
            SdkError::DispatchFailure(failure) if failure.is_timeout() => {
                Self::Unreachable { how: "timeout" }
            }
            SdkError::DispatchFailure(failure) if failure.is_io() => {
                Self::Unreachable { how: "connection" }
            }
            SdkError::DispatchFailure(_) => Self::Unreachable { how: "dispatch" },
            SdkError::ResponseError(_) => Self::Unreachable { how: "response" },
            SdkError::ServiceError(refused) => {
                by_code(refused.err().code().unwrap_or_default(), refused.raw().status().as_u16())
            }
            SdkError::ConstructionFailure(_) => {
                Self::Rejected { code: "ConstructionFailure".to_owned() }
            }
            // The SDK may add kinds; what they are is not known, so neither is that they pass.
            _ => Self::Rejected { code: "Unknown".to_owned() },
        }
    }
}

/// What the service says, by its code where we know it and by its status where we do not.
fn by_code(code: &str, status: u16) -> StoreError {
    match (code, status) {
        (
            "LimitExceededException"
            | "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            | "SlowDown"
            | "Throttling"
            | "ThrottlingException",
            _,
        )
        | (_, 429) => StoreError::Throttled,
        (
            "ReplicatedWriteConflictException"
            | "TransactionConflictException"
            | "TransactionInProgressException",
            _,
        ) => StoreError::Conflict,
        ("RequestTimeout" | "RequestTimeoutException", _) => {
            StoreError::Unreachable { how: "timeout" }
        }
        (_, 500..) => StoreError::Unreachable { how: "server_error" },
        ("", _) => StoreError::Unreachable { how: "error_without_code" },
        (code, _) => StoreError::Rejected { code: code.to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_told_from_what_does_not() {
        for (code, status) in [
            ("ThrottlingException", 400),
            ("ProvisionedThroughputExceededException", 400),
            ("TransactionConflictException", 400),
            ("ReplicatedWriteConflictException", 400),
            ("RequestTimeoutException", 400),
            ("InternalServerError", 500),
            ("InternalFailure", 500),
            ("ServiceUnavailableException", 503),
            ("Anything", 429),
            ("Anything", 502),
            ("", 400),
        ] {
            assert!(by_code(code, status).is_transient(), "{code} {status}");
        }
        for code in ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"] {
            let rejected = StoreError::Rejected { code: code.to_owned() };
            assert_eq!(by_code(code, 400), rejected);
            assert!(!rejected.is_transient());
        }
    }
}
