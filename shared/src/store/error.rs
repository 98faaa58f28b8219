//! What can go wrong between here and the table.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::aws::AwsFault;

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
    /// The item holds as many of these as it may.
    #[error("the item holds as many of {leaf} as it may")]
    Full {
        /// What there are too many of.
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
            Self::Corrupt { .. }
            | Self::Full { .. }
            | Self::Unwritable { .. }
            | Self::Rejected { .. } => false,
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
            Self::Full { .. } => "store.full",
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
            Self::Corrupt { leaf } | Self::Full { leaf } | Self::Unwritable { leaf } => Some(leaf),
            Self::Rejected { code } => Some(code),
        }
    }
}

impl<E: ProvideErrorMetadata> From<SdkError<E, HttpResponse>> for StoreError {
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        AwsFault::from(&error).into()
    }
}

impl From<AwsFault> for StoreError {
    fn from(fault: AwsFault) -> Self {
        match fault {
            AwsFault::Throttled => Self::Throttled,
            AwsFault::Unreachable { how } => Self::Unreachable { how },
            AwsFault::Conflict => Self::Conflict,
            AwsFault::Rejected { code } => Self::Rejected { code },
        }
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
            let error = StoreError::from(AwsFault::by_code(code, status));
            assert!(error.is_transient(), "{code} {status}");
        }
        for code in ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"] {
            let rejected = StoreError::Rejected { code: code.to_owned() };
            assert_eq!(StoreError::from(AwsFault::by_code(code, 400)), rejected);
            assert!(!rejected.is_transient());
        }
    }
}
