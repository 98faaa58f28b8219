//! From the header of a request to its caller.

use jiff::Timestamp;

use super::bearer::{self, Credential};
use super::claims::Verified;
use super::credential_cache::CredentialCache;
use super::digest::Digest;
use super::keys::{Found, Keys, NoKey};
use super::machines::{ApiKeySource, Machines};
use super::token::{self, TokenPolicy};
use super::{BadCredential, Caller, Person, Refusal, crypto};
use crate::failure::Failure;

/// How long a token is remembered at most, in seconds.
const TOKEN_MAX_AGE: i64 = 5 * 60;

/// Lets callers in.
pub struct Authenticator {
    policy: TokenPolicy,
    keys: Keys,
    verified: CredentialCache<Vouched>,
    machines: Machines,
}

/// A person whose token was verified.
#[derive(Clone)]
struct Vouched {
    person: Person,
    /// Which set of keys verified it: a newer one may lack the key.
    generation: u64,
}

impl Authenticator {
    /// An authenticator for tokens of that policy, signed with one of those keys.
    #[must_use]
    pub fn new(policy: TokenPolicy, keys: Keys) -> Self {
        crypto::install();
        let verified = CredentialCache::new(TOKEN_MAX_AGE);
        Self { policy, keys, verified, machines: Machines::default() }
    }

    /// Says who is calling, from the value of the `Authorization` header.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]; or, when nobody can tell, [`Failure::KeysUnavailable`] if the identity
    /// provider's keys are not at hand, or what the source of API keys failed with.
    pub async fn caller(
        &self,
        authorization: Option<&[u8]>,
        api_keys: &impl ApiKeySource,
        now: Timestamp,
    ) -> Result<Caller, Failure> {
        match bearer::parse(authorization)? {
            Credential::Token(token) => {
                self.person(token, now.as_second()).await.map(Caller::Person)
            }
            Credential::ApiKey(key) => {
                self.machines.identify(key, api_keys, now).await.map(Caller::Machine)
            }
        }
    }

    async fn person(&self, token: &str, now: i64) -> Result<Person, Failure> {
        let digest = Digest::of(token);
        if let Some(Vouched { person, generation }) = self.verified.get(&digest, now)
            && generation == self.keys.generation()
        {
            return Ok(person);
        }
        let hint = token::read_hint(token)?;
        let found = self.keys.find(&hint.key_id, hint.algorithm, now).await;
        let Found { key, until, generation } = found.map_err(|no_key| match no_key {
            NoKey::Unknown => Refusal::BadCredential(BadCredential::UnknownKey).into(),
            NoKey::Unavailable => Failure::KeysUnavailable,
        })?;
        let verified = token::verify(token, hint.algorithm, &key, &self.policy, now)?;
        let Verified { person, expires_at } = verified;
        let vouched = Vouched { person: person.clone(), generation };
        self.verified.insert(digest, vouched, until.min(expires_at), now);
        Ok(person)
    }
}
