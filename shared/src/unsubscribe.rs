//! Links with which a person turns one kind of email off without signing in: made for an email, and
//! verified when someone comes along one.

mod keys;
mod token;

use std::sync::Arc;

use jiff::Timestamp;

pub use keys::{InvalidUnsubscribeKeys, UnsubscribeKeys};
pub use token::InvalidToken;

use crate::config::PublicUrl;
use crate::deliver::secrets::{NoSecrets, Secrets};
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::unsubscribing::EmailSetting;
use crate::failure::{Failure, NoPublicUrl};
use crate::keeping::{KeptKeys, Keys, NoKeys};
use crate::telemetry::{EventName, Log, StandardOutput};
use token::Presented;

/// What links are made and verified with.
pub struct Unsubscribe {
    keys: KeptKeys<UnsubscribeKeys>,
    public_url: Option<PublicUrl>,
}

/// What a good token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whose person it is.
    pub org_unit: OrgUnitId,
    /// Who gets no more of these emails.
    pub user: UserId,
    /// What they turn off.
    pub setting: EmailSetting,
}

impl Unsubscribe {
    /// Links to below `public_url`, signed with the keys of the secret of that id. A refresh of the
    /// keys that fails is logged, for nobody else hears of it while the old ones still serve.
    #[must_use]
    pub fn new(
        secrets: Arc<dyn Secrets>,
        secret_id: String,
        public_url: Option<PublicUrl>,
        log: Arc<dyn Log>,
    ) -> Self {
        Self { keys: KeptKeys::new(secrets, secret_id, log), public_url }
    }

    /// That of a function that does not name it, which says so to whoever uses it.
    pub(crate) fn not_named() -> Self {
        Self::new(Arc::new(NoSecrets), String::new(), None, Arc::new(StandardOutput))
    }

    /// The URL that turns the setting off, good for 60 days from now.
    ///
    /// # Errors
    ///
    /// [`Failure`], if the deployment has no public URL, or the keys are not at hand.
    pub async fn link(
        &self,
        org_unit: &OrgUnitId,
        user: &UserId,
        setting: &EmailSetting,
        now: Timestamp,
    ) -> Result<String, Failure> {
        let public_url = self.public_url.as_ref().ok_or(NoPublicUrl)?;
        let keys = self.keys.current(now).await?;
        let token = token::sign(keys.current(), org_unit, user, setting, now);
        let token = token.ok_or(Failure::Unrenderable)?;
        Ok(format!("{}/unsubscribe/{token}", public_url.as_str()))
    }

    /// What the token says, if it is one of ours and has not expired.
    ///
    /// # Errors
    ///
    /// [`InvalidToken`] as a [`Failure`], whatever is wrong with the token; another one, if the keys
    /// are not at hand.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Verified, Failure> {
        let presented = Presented::parse(token)?;
        let keys = self.keys.with(presented.key_id(), now).await?;
        Ok(presented.verify(&keys, now)?)
    }
}

impl Keys for UnsubscribeKeys {
    type Invalid = InvalidUnsubscribeKeys;
    type Id = str;

    const REFRESH_FAILED: EventName = EventName::UnsubscribeKeysRefreshFailed;

    fn read(secret: &str) -> Result<Self, InvalidUnsubscribeKeys> {
        Self::parse(secret)
    }

    fn has(&self, id: &str) -> bool {
        self.find(id).is_some()
    }
}

impl From<NoKeys<InvalidUnsubscribeKeys>> for Failure {
    fn from(why: NoKeys<InvalidUnsubscribeKeys>) -> Self {
        match why {
            NoKeys::Secret(error) => Self::Secret(error),
            NoKeys::Invalid(error) => Self::UnsubscribeKeys(error),
        }
    }
}
