//! What can go wrong between here and the table.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

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

impl<E: ProvideErrorMetadata, R> From<SdkError<E, R>> for StoreError {
    fn from(error: SdkError<E, R>) -> Self {
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
            SdkError::ServiceError(refused) => match refused.err().code() {
                Some(
                    "ThrottlingException"
                    | "ProvisionedThroughputExceededException"
                    | "RequestLimitExceeded",
                ) => Self::Throttled,
                Some("TransactionConflictException" | "TransactionInProgressException") => {
                    Self::Conflict
                }
                Some("InternalServerError" | "ServiceUnavailable") => {
                    Self::Unreachable { how: "server_error" }
                }
                None => Self::Unreachable { how: "error_without_code" },
                Some(code) => Self::Rejected { code: code.to_owned() },
            },
            SdkError::ConstructionFailure(_) => {
                Self::Rejected { code: "ConstructionFailure".to_owned() }
            }
            // The SDK may add kinds; what they are is not known, so neither is that they pass.
            _ => Self::Rejected { code: "Unknown".to_owned() },
        }
    }
}
