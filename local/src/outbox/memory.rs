//! An outbox that a test looks into.

use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::deliver::email::{Email, EmailError, EmailSender, SendingEmail};
use shared::domain::text::Mailbox;

/// Takes every email, and keeps it.
pub struct MemoryOutbox {
    from: Mailbox,
    emails: Mutex<Vec<Email>>,
}

impl MemoryOutbox {
    /// An empty one.
    #[must_use]
    pub fn new(from: Mailbox) -> Self {
        Self { from, emails: Mutex::default() }
    }

    /// Everything it took, in the order that it came.
    #[must_use]
    pub fn emails(&self) -> Vec<Email> {
        self.lock().clone()
    }

    /// As [`MemoryOutbox::emails`], and is empty again.
    #[must_use]
    pub fn take(&self) -> Vec<Email> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Email>> {
        self.emails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EmailSender for MemoryOutbox {
    fn mailbox(&self) -> Result<&Mailbox, EmailError> {
        Ok(&self.from)
    }

    fn send(&self, email: Email) -> SendingEmail<'_> {
        Box::pin(async {
            self.lock().push(email);
            Ok(())
        })
    }
}
