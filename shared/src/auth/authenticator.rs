//! From the header of a request to its caller.

use jiff::Timestamp;

use super::bearer::{self, Credential};
use super::claims::Verified;
use super::keys::{Found, Keys, NoKey};
use super::token::{self, TokenPolicy};
use super::token_cache::{Entry, TokenCache, TokenHash};
use super::{BadCredential, Caller, Person, Refusal, crypto};
use crate::failure::Failure;

/// Lets callers in.
pub struct Authenticator {
    policy: TokenPolicy,
    keys: Keys,
    verified: TokenCache,
}

impl Authenticator {
    /// An authenticator for tokens of that policy, signed with one of those keys.
    #[must_use]
    pub fn new(policy: TokenPolicy, keys: Keys) -> Self {
        crypto::install();
        Self { policy, keys, verified: TokenCache::default() }
    }

    /// Says who is calling, from the value of the `Authorization` header.
    ///
    /// # Errors
    ///
    /// A [`Refusal`], or [`Failure::KeysUnavailable`] if the identity provider's keys are not at
    /// hand: then nobody can tell.
    pub async fn caller(
        &self,
        authorization: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<Caller, Failure> {
        match bearer::parse(authorization)? {
            Credential::Token(token) => {
                self.person(token, now.as_second()).await.map(Caller::Person)
            }
            // No endpoint makes API keys yet, so none is known.
            Credential::ApiKey => Err(Refusal::BadCredential(BadCredential::UnknownApiKey).into()),
        }
    }

    async fn person(&self, token: &str, now: i64) -> Result<Person, Failure> {
        let hash = TokenHash::of(token);
        if let Some(person) = self.verified.get(hash, self.keys.generation(), now) {
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
        let entry = Entry::new(person.clone(), until.min(expires_at), generation);
        self.verified.insert(hash, entry, now);
        Ok(person)
    }
}
