//! Ports to what this service hands things to. Each is a narrow trait with its real client here,
//! and a local one in `local`.

mod aws_secrets;
pub mod email;
#[cfg(test)]
mod peer;
pub mod push;
pub mod queue;
pub mod secrets;
pub mod ses;
pub mod slack;
mod slack_web_api;
mod sqs;
mod web_push;

use std::sync::Arc;

pub use aws_secrets::SecretsManager;
pub use ses::SesSender;
pub use slack_web_api::SlackWebApi;
pub use sqs::SqsQueue;
pub use web_push::WebPush;

use crate::erasures::Erasures;
use crate::push::Push;
use crate::slack::Slack;
use crate::unsubscribe::Unsubscribe;
use email::{EmailSender, NoEmailSender};
use queue::{NoQueue, Queue};

/// What a function hands things to. What it does not name in `main` is not linked, and says so to
/// whoever uses it.
#[derive(Clone)]
pub struct Ports {
    /// Where accepted events wait to be dispatched.
    pub dispatch_queue: Arc<dyn Queue>,
    /// Where notifications wait to be delivered.
    pub delivery_queue: Arc<dyn Queue>,
    /// Where it waits to be recorded what became of emails.
    pub feedback_queue: Arc<dyn Queue>,
    /// Where digests wait that are due, and where it waits to be looked for more.
    pub digest_queue: Arc<dyn Queue>,
    /// What emails are sent with.
    pub email: Arc<dyn EmailSender>,
    /// The Slack workspaces of the org units.
    pub slack: Arc<Slack>,
    /// What people's browsers subscribe with, and are told things with.
    pub push: Arc<Push>,
    /// What links that turn email off are made and verified with.
    pub unsubscribe: Arc<Unsubscribe>,
    /// What those who were erased are known by.
    pub erasures: Arc<Erasures>,
}

/// No port at all.
impl Default for Ports {
    fn default() -> Self {
        let no_queue = || Arc::new(NoQueue);
        Self {
            dispatch_queue: no_queue(),
            delivery_queue: no_queue(),
            feedback_queue: no_queue(),
            digest_queue: no_queue(),
            email: Arc::new(NoEmailSender),
            slack: Arc::new(Slack::not_named()),
            push: Arc::new(Push::not_named()),
            unsubscribe: Arc::new(Unsubscribe::not_named()),
            erasures: Arc::new(Erasures::not_named()),
        }
    }
}
