//! A sender of emails that fails as told: what the faulty queue is to a queue.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::deliver::email::{Email, EmailError, EmailSender, SendingEmail};
use shared::domain::text::Mailbox;
use tokio::sync::Notify;

use crate::faults::Plan;

/// What may happen to one email.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailFault {
    /// The peer is out of order: it was not sent, and may be later.
    Fail,
    /// The peer is busy, and asks to be left alone for 30 s: it was not sent.
    TooMany,
    /// The peer refuses it, and will again.
    Refuse,
    /// It was not sent, and whoever sent it does not know that.
    TimeoutBeforeSending,
    /// It was sent, and whoever sent it does not know that.
    TimeoutAfterSending,
    /// It was sent, and whoever sent it dies of it before they know: the call never comes back. A test
    /// waits for [`FaultyEmail::death`] and then drops whatever it ran, as when a process ends.
    Die,
}

/// Stands between the functions and a sender of emails.
pub struct FaultyEmail {
    sender: Arc<dyn EmailSender>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    plan: Plan<EmailFault>,
    calls: Vec<Email>,
    died: Arc<Notify>,
}

impl FaultyEmail {
    /// In front of that sender; every email passes, for now.
    #[must_use]
    pub fn new(sender: Arc<dyn EmailSender>) -> Self {
        Self { sender, state: Mutex::default() }
    }

    /// From now on, emails meet this; the calls are counted anew.
    pub fn set(&self, plan: Plan<EmailFault>) {
        *self.state() = State { plan, ..State::default() };
    }

    /// The emails that were to be sent since [`FaultyEmail::set`], in their order, failed ones too.
    #[must_use]
    pub fn calls(&self) -> Vec<Email> {
        self.state().calls.clone()
    }

    /// Waits until somebody has died of [`EmailFault::Die`] since [`FaultyEmail::set`]; each death is told
    /// once.
    pub async fn death(&self) {
        let died = Arc::clone(&self.state().died);
        died.notified().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, email: &Email) -> Option<EmailFault> {
        let mut state = self.state();
        state.calls.push(email.clone());
        state.plan.next_fault()
    }

    async fn send_one(&self, email: Email) -> Result<(), EmailError> {
        let later =
            |retry_after| Err(EmailError::Later { code: "Injected".to_owned(), retry_after });
        match self.note(&email) {
            None => self.sender.send(email).await,
            Some(EmailFault::Fail) => later(None),
            Some(EmailFault::TooMany) => later(Some(30)),
            Some(EmailFault::Refuse) => Err(EmailError::Refused { code: "Injected".to_owned() }),
            Some(EmailFault::TimeoutBeforeSending) => {
                Err(EmailError::Unanswered { how: "injected" })
            }
            Some(EmailFault::TimeoutAfterSending) => {
                self.sender.send(email).await?;
                Err(EmailError::Unanswered { how: "injected" })
            }
            Some(EmailFault::Die) => {
                let died = Arc::clone(&self.state().died);
                self.sender.send(email).await?;
                died.notify_one();
                std::future::pending().await
            }
        }
    }
}

impl EmailSender for FaultyEmail {
    fn mailbox(&self) -> Result<&Mailbox, EmailError> {
        self.sender.mailbox()
    }

    fn send(&self, email: Email) -> SendingEmail<'_> {
        Box::pin(self.send_one(email))
    }
}
