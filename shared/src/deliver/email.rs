//! Email: one message to one person, once.

use std::pin::Pin;

use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::text::{EmailAddress, Mailbox};

/// An email, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    /// Whose it is: what comes back of it, such as a bounce, names the pair.
    pub org_unit: OrgUnitId,
    /// To whom it goes.
    pub user: UserId,
    /// Where to.
    pub to: EmailAddress,
    /// The whole message (RFC 5322), headers and all, as it goes over the wire.
    pub message: Vec<u8>,
}

/// What it says and where it goes is not for a log.
impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Email").finish_non_exhaustive()
    }
}

/// What a call of the port gives: boxed, since ports are held as trait objects.
pub type SendingEmail<'a> = Pin<Box<dyn Future<Output = Result<(), EmailError>> + Send + 'a>>;

/// What emails are sent with.
pub trait EmailSender: Send + Sync {
    /// Whom emails come from: their `From`.
    ///
    /// # Errors
    ///
    /// [`EmailError::NotNamed`].
    fn mailbox(&self) -> Result<&Mailbox, EmailError>;

    /// Sends one email, with one attempt: whoever asks knows whether another one may be made.
    fn send(&self, email: Email) -> SendingEmail<'_>;
}

/// Why an email was not sent, or may not have been.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// It was not sent, and may be later: the peer was busy, out of order or out of reach, or is set up
    /// wrongly.
    #[error("the email was not sent ({code})")]
    Later {
        /// The peer's error code, or how it cannot be reached. Its message may quote, and is dropped.
        code: String,
        /// For how long the peer asks to be left alone, in seconds.
        retry_after: Option<u32>,
    },
    /// It was not sent and never will be.
    #[error("the email was refused ({code})")]
    Refused {
        /// The peer's error code.
        code: String,
    },
    /// It was handed over and no answer came: it may have been sent.
    #[error("no answer came about the email ({how})")]
    Unanswered {
        /// In what way.
        how: &'static str,
    },
    /// The function names no sender of emails: a mistake of ours.
    #[error("this function was booted without a sender of emails")]
    NotNamed,
}

/// The sender of a function that names none.
pub(crate) struct NoEmailSender;

impl EmailSender for NoEmailSender {
    fn mailbox(&self) -> Result<&Mailbox, EmailError> {
        Err(EmailError::NotNamed)
    }

    fn send(&self, _: Email) -> SendingEmail<'_> {
        Box::pin(std::future::ready(Err(EmailError::NotNamed)))
    }
}
