//! From an API key to its machine.

use jiff::Timestamp;

use super::api_key::ApiKeySecret;
use super::credential_cache::CredentialCache;
use super::digest::Digest;
use super::{BadCredential, Machine, Refusal};
use crate::domain::api_key::ApiKeyId;
use crate::domain::id::OrgUnitId;
use crate::domain::permission::Permissions;
use crate::failure::Failure;

/// How long an answer about a key is remembered at most, in seconds: so long may a key that was
/// revoked still be good.
const MAX_AGE: i64 = 60;

/// Where API keys are looked up.
pub trait ApiKeySource {
    /// Why a key could not be looked up; it says nothing about the key.
    type Error: Into<Failure>;

    /// The key of that id as it is at this moment, or nothing if there is none.
    fn api_key(
        &self,
        id: ApiKeyId,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<StoredApiKey>, Self::Error>>;
}

/// An API key as it is stored.
pub struct StoredApiKey {
    /// The digest, in hexadecimal: an id alone proves nothing.
    pub digest: String,
    /// Whom it belongs to.
    pub org_unit: OrgUnitId,
    /// What it may do.
    pub permissions: Permissions,
    /// The instant from which it is good no more, if there is one.
    pub expires_at: Option<Timestamp>,
    /// Whether an admin took it back.
    pub is_revoked: bool,
}

/// Lets machines in.
///
/// Good keys and bad ones are remembered apart: a flood of invented keys pushes out no good one.
pub(super) struct Machines {
    good: CredentialCache<Machine>,
    bad: CredentialCache<Refusal>,
}

impl Default for Machines {
    fn default() -> Self {
        Self { good: CredentialCache::new(MAX_AGE), bad: CredentialCache::new(MAX_AGE) }
    }
}

impl Machines {
    /// The machine that presents the key: one look-up, unless the key was seen within a minute. A
    /// key of the wrong shape or checksum is not looked up.
    pub(super) async fn identify(
        &self,
        text: &str,
        source: &impl ApiKeySource,
        now: Timestamp,
    ) -> Result<Machine, Failure> {
        let key = ApiKeySecret::parse(text)
            .map_err(|_malformed| Refusal::BadCredential(BadCredential::MalformedApiKey))?;
        let (digest, second) = (key.digest(), now.as_second());
        if let Some(machine) = self.good.get(&digest, second) {
            return Ok(machine);
        }
        if let Some(refusal) = self.bad.get(&digest, second) {
            return Err(refusal.into());
        }
        let stored = source.api_key(digest.api_key_id(), now).await.map_err(Into::into)?;
        match judge(&digest, stored, now) {
            Ok((machine, expires_at)) => {
                // Not remembered in the second in which it expires, so never past it.
                let until = expires_at.map_or(i64::MAX, Timestamp::as_second);
                self.good.insert(digest, machine.clone(), until, second);
                Ok(machine)
            }
            Err(refusal) => {
                self.bad.insert(digest, refusal, i64::MAX, second);
                Err(refusal.into())
            }
        }
    }
}

/// The machine, and when it is none any more. That a key was revoked is said before that it
/// expired.
fn judge(
    digest: &Digest,
    stored: Option<StoredApiKey>,
    now: Timestamp,
) -> Result<(Machine, Option<Timestamp>), Refusal> {
    let known = stored.filter(|stored| digest.is(&stored.digest));
    let Some(StoredApiKey { digest: _, org_unit, permissions, expires_at, is_revoked }) = known
    else {
        return Err(Refusal::BadCredential(BadCredential::UnknownApiKey));
    };
    if is_revoked {
        return Err(Refusal::RevokedApiKey);
    }
    if expires_at.is_some_and(|expires_at| expires_at <= now) {
        return Err(Refusal::ExpiredApiKey);
    }
    Ok((Machine { org_unit, permissions }, expires_at))
}
