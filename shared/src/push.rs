//! Push messages to people's browsers, in the name of this deployment.

mod contact;
mod fresh;
mod keys;
mod message;
mod vapid;

use std::sync::Arc;

use jiff::Timestamp;

pub use contact::{InvalidPushContact, PushContact};
pub use keys::{InvalidVapidKeys, VapidKeys};
pub(crate) use message::notice;

use crate::deliver::push::{NoPushSender, PushError, PushMessage, PushSender, Topic, Urgency};
use crate::deliver::secrets::{NoSecrets, Secrets};
use crate::domain::push::{AllowedHosts, ApplicationServerKey, PushSubscription};
use crate::keeping::{KeptKeys, NoKeys};
use crate::telemetry::{Log, StandardOutput};

/// What push messages are sent with, and what browsers need to subscribe.
pub struct Push {
    sender: Arc<dyn PushSender>,
    /// None where the deployment has no secret for them.
    keys: Option<KeptKeys<VapidKeys>>,
    contact: PushContact,
    allowed_hosts: AllowedHosts,
}

/// What a browser is told.
#[derive(Clone, PartialEq, Eq)]
pub struct PushNotice {
    /// What the page's service worker gets.
    pub payload: Vec<u8>,
    /// For how long it is worth being told, in seconds.
    pub ttl: u32,
    /// Whether it is worth waking a device for.
    pub urgency: Urgency,
    /// Which notice that still waits it takes the place of, if any.
    pub topic: Option<Topic>,
}

/// What it says is not for a log.
impl std::fmt::Debug for PushNotice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PushNotice").finish_non_exhaustive()
    }
}

impl Push {
    /// Messages by that sender, signed with the keys of the secret of that id; without one, Web Push is
    /// off. A push service finds in each whom to ask about it. A refresh of the keys that fails is
    /// logged, for nobody else hears of it while the old ones still serve.
    #[must_use]
    pub fn new(
        sender: Arc<dyn PushSender>,
        secrets: Arc<dyn Secrets>,
        secret_id: Option<String>,
        contact: PushContact,
        log: Arc<dyn Log>,
    ) -> Self {
        let keys = secret_id.map(|secret_id| KeptKeys::new(secrets, secret_id, log));
        Self { sender, keys, contact, allowed_hosts: AllowedHosts::default() }
    }

    /// That of a function that does not name it, which says so to whoever uses it.
    #[must_use]
    pub fn not_named() -> Self {
        let (sender, contact) = (Arc::new(NoPushSender), PushContact::nobody());
        let secret_id = Some(String::new());
        Self::new(sender, Arc::new(NoSecrets), secret_id, contact, Arc::new(StandardOutput))
    }

    /// That of a function that takes subscriptions and sends nothing: what it needs are keys.
    #[must_use]
    pub fn keys_only(
        secrets: Arc<dyn Secrets>,
        secret_id: Option<String>,
        log: Arc<dyn Log>,
    ) -> Self {
        Self::new(Arc::new(NoPushSender), secrets, secret_id, PushContact::nobody(), log)
    }

    /// The same, taking subscriptions whose endpoints have one of these hosts. Unless told so, it takes
    /// none.
    #[must_use]
    pub fn admitting(self, allowed_hosts: AllowedHosts) -> Self {
        Self { allowed_hosts, ..self }
    }

    /// The hosts of the endpoints that subscriptions may have.
    #[must_use]
    pub fn allowed_hosts(&self) -> &AllowedHosts {
        &self.allowed_hosts
    }

    /// The key to which a browser ties a new subscription.
    ///
    /// # Errors
    ///
    /// [`PushError::NotSetUp`] where Web Push is off; another one, if the keys are not at hand.
    pub async fn application_server_key(
        &self,
        now: Timestamp,
    ) -> Result<ApplicationServerKey, PushError> {
        let keys = self.keys.as_ref().ok_or(PushError::NotSetUp)?;
        Ok(keys.current(now).await?.current().public.clone())
    }

    /// The same; none where Web Push is off.
    ///
    /// # Errors
    ///
    /// [`PushError`], if the keys are not at hand.
    pub async fn key_to_subscribe_with(
        &self,
        now: Timestamp,
    ) -> Result<Option<ApplicationServerKey>, PushError> {
        match self.application_server_key(now).await {
            Err(PushError::NotSetUp) => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// A notice as a message to one browser, signed with the key that the subscription was made with.
    ///
    /// # Errors
    ///
    /// [`PushError`]: that key is not at hand.
    pub async fn sign(
        &self,
        subscription: &PushSubscription,
        notice: PushNotice,
        now: Timestamp,
    ) -> Result<PushMessage, PushError> {
        let PushSubscription { id: _, endpoint, keys, made_with, created_at: _ } = subscription;
        let PushNotice { payload, ttl, urgency, topic } = notice;
        let keys_at_hand = self.keys.as_ref().ok_or(PushError::NotSetUp)?;
        let vapid_keys = keys_at_hand.with(made_with, now).await?;
        let pair = vapid_keys.find(made_with).ok_or(PushError::NoKey)?;
        let authorization = vapid::authorize(pair, endpoint, &self.contact, now)?;
        let (endpoint, keys) = (endpoint.clone(), keys.clone());
        Ok(PushMessage { endpoint, keys, payload, ttl, urgency, topic, authorization })
    }

    /// Sends one message, with one attempt.
    ///
    /// # Errors
    ///
    /// [`PushError`].
    pub async fn send(&self, message: PushMessage) -> Result<(), PushError> {
        self.sender.send(message).await
    }
}

impl From<NoKeys<InvalidVapidKeys>> for PushError {
    fn from(why: NoKeys<InvalidVapidKeys>) -> Self {
        match why {
            NoKeys::Secret(error) => Self::Secret(error),
            // What is wrong with them the log was told.
            NoKeys::Invalid(InvalidVapidKeys) => Self::InvalidKeys,
        }
    }
}

#[cfg(test)]
mod tests;
