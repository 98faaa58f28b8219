//! Secrets that the deployment keeps for us, by their ids.

use std::pin::Pin;

use crate::aws::AwsFault;

/// What a call of the port gives: boxed, since ports are held as trait objects.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<String, SecretError>> + Send + 'a>>;

/// Where secrets are kept.
pub trait Secrets: Send + Sync {
    /// The current text of a secret. Whoever asks keeps it for a while, and never logs it.
    fn secret<'a>(&'a self, id: &'a str) -> Fetching<'a>;
}

/// Why a secret could not be read, after the client's retries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Whoever keeps the secrets answers no more for now.
    #[error("the keeper of secrets is throttling")]
    Throttled,
    /// No answer came, or none that is one.
    #[error("the keeper of secrets cannot be reached ({how})")]
    Unreachable {
        /// In what way.
        how: &'static str,
    },
    /// The secret was refused: a mistake of ours, or of the deployment.
    #[error("the keeper of secrets answered {code}")]
    Rejected {
        /// The error code of the Secrets Manager API. Its message may quote values, and is dropped.
        code: String,
    },
    /// The function names no keeper of secrets: a mistake of ours.
    #[error("this function was booted without secrets")]
    NotNamed,
}

impl SecretError {
    /// Whether the same secret may be had in a moment.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Throttled | Self::Unreachable { .. } => true,
            Self::Rejected { .. } | Self::NotNamed => false,
        }
    }

    /// What the log calls it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Throttled => "secret.throttled",
            Self::Unreachable { .. } => "secret.unreachable",
            Self::Rejected { .. } => "secret.rejected",
            Self::NotNamed => "secret.not_named",
        }
    }

    /// What the log adds: an error code, or how the keeper cannot be reached.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Throttled | Self::NotNamed => None,
            Self::Unreachable { how } => Some(how),
            Self::Rejected { code } => Some(code),
        }
    }
}

impl From<AwsFault> for SecretError {
    fn from(fault: AwsFault) -> Self {
        match fault {
            // No transaction reaches a secret.
            AwsFault::Throttled | AwsFault::Conflict => Self::Throttled,
            AwsFault::Unreachable { how } => Self::Unreachable { how },
            AwsFault::Rejected { code } => Self::Rejected { code },
        }
    }
}

/// The secrets of a function that names none.
pub(crate) struct NoSecrets;

impl Secrets for NoSecrets {
    fn secret<'a>(&'a self, _: &'a str) -> Fetching<'a> {
        Box::pin(std::future::ready(Err(SecretError::NotNamed)))
    }
}
