//! The keys at hand: fetched when first needed, kept for ten minutes, and never fetched by the flood.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::keys::{InvalidUnsubscribeKeys, UnsubscribeKeys};
use crate::deliver::secrets::{SecretError, Secrets};
use crate::failure::Failure;
use crate::telemetry::{EventLine, Log};

/// Keys are used for so many seconds before they are fetched again.
const MAX_AGE_SECONDS: i64 = 10 * 60;

/// After an unknown key id, or a fetch that failed, this many seconds pass before the next fetch.
const MIN_SECONDS_BETWEEN_FETCHES: i64 = 60;

/// Without any keys, no link works: a fetch that failed is tried again after this many seconds.
const MIN_SECONDS_WITHOUT_KEYS: i64 = 5;

/// Keys that cannot be refreshed are used for at most this many seconds.
const MAX_STALENESS_SECONDS: i64 = 24 * 60 * 60;

/// The keys behind a secret.
pub(super) struct KeptKeys {
    secrets: Arc<dyn Secrets>,
    secret_id: String,
    log: Arc<dyn Log>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// With the second in which they were fetched.
    held: Option<(UnsubscribeKeys, i64)>,
    attempted_at: Option<i64>,
    /// Why the last fetch brought none; nothing, if it did.
    last_failure: Option<NoKeys>,
}

/// Why there are no newer keys.
#[derive(Debug, Clone, thiserror::Error)]
enum NoKeys {
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Invalid(#[from] InvalidUnsubscribeKeys),
}

/// What is said of a fetch that the deadline cut off.
const CUT_OFF: NoKeys = NoKeys::Secret(SecretError::Unreachable { how: "deadline" });

impl From<NoKeys> for Failure {
    fn from(why: NoKeys) -> Self {
        match why {
            NoKeys::Secret(error) => Self::Secret(error),
            NoKeys::Invalid(error) => Self::UnsubscribeKeys(error),
        }
    }
}

impl KeptKeys {
    pub(super) fn new(secrets: Arc<dyn Secrets>, secret_id: String, log: Arc<dyn Log>) -> Self {
        Self { secrets, secret_id, log, state: Mutex::default() }
    }

    /// The keys to sign with.
    pub(super) async fn to_sign(&self, now: Timestamp) -> Result<UnsubscribeKeys, Failure> {
        self.fetch_for(None, now.as_second()).await
    }

    /// The keys to verify with what was signed with the key of that id.
    pub(super) async fn to_verify(
        &self,
        key_id: &str,
        now: Timestamp,
    ) -> Result<UnsubscribeKeys, Failure> {
        self.fetch_for(Some(key_id), now.as_second()).await
    }

    async fn fetch_for(&self, key_id: Option<&str>, now: i64) -> Result<UnsubscribeKeys, Failure> {
        // Held while fetching: who comes meanwhile waits for the one fetch.
        let mut state = self.state.lock().await;
        let is_due = state.is_older_than(MAX_AGE_SECONDS, now) && state.may_fetch_again(now);
        if is_due || (state.is_without(key_id) && state.may_fetch_for_unknown_key(now)) {
            self.refresh(&mut state, now).await;
        }
        let is_too_old = state.is_older_than(MAX_STALENESS_SECONDS, now);
        match &state.held {
            Some((keys, _)) if !is_too_old => Ok(keys.clone()),
            Some(_) | None => Err(state.last_failure.clone().unwrap_or(CUT_OFF).into()),
        }
    }

    /// Fetches the keys; keeps the old ones if that fails.
    async fn refresh(&self, state: &mut State, now: i64) {
        state.attempted_at = Some(now);
        // Cleared only by success: a fetch that is cancelled at the deadline has failed too.
        state.last_failure = Some(CUT_OFF);
        let mut report = Report { log: &*self.log, failure: state.last_failure.clone() };
        match self.fetch().await {
            Ok(keys) => {
                state.held = Some((keys, now));
                state.last_failure = None;
            }
            Err(error) => state.last_failure = Some(error),
        }
        report.failure.clone_from(&state.last_failure);
    }

    async fn fetch(&self) -> Result<UnsubscribeKeys, NoKeys> {
        let secret = self.secrets.secret(&self.secret_id).await?;
        Ok(UnsubscribeKeys::parse(&secret)?)
    }
}

/// Says why there are no newer keys when it goes, so that a fetch which the deadline cuts off is
/// heard of too.
struct Report<'a> {
    log: &'a dyn Log,
    failure: Option<NoKeys>,
}

impl Drop for Report<'_> {
    fn drop(&mut self) {
        if let Some(failure) = &self.failure {
            let (name, detail) = ("unsubscribe_keys.refresh_failed", &failure.to_string());
            EventLine { level: "error", name, detail }.write_to(self.log);
        }
    }
}

impl State {
    fn is_older_than(&self, seconds: i64, now: i64) -> bool {
        let fetched_at = self.held.as_ref().map(|(_, fetched_at)| *fetched_at);
        fetched_at.is_none_or(|fetched_at| now.saturating_sub(fetched_at) >= seconds)
    }

    fn is_without(&self, key_id: Option<&str>) -> bool {
        let keys = self.held.as_ref().map(|(keys, _)| keys);
        keys.zip(key_id).is_some_and(|(keys, key_id)| keys.find(key_id).is_none())
    }

    fn may_fetch_again(&self, now: i64) -> bool {
        let pause = match (&self.last_failure, &self.held) {
            (None, _) => return true,
            (Some(_), Some(_)) => MIN_SECONDS_BETWEEN_FETCHES,
            (Some(_), None) => MIN_SECONDS_WITHOUT_KEYS,
        };
        self.has_passed_since_attempt(pause, now)
    }

    fn may_fetch_for_unknown_key(&self, now: i64) -> bool {
        self.has_passed_since_attempt(MIN_SECONDS_BETWEEN_FETCHES, now)
    }

    fn has_passed_since_attempt(&self, seconds: i64, now: i64) -> bool {
        self.attempted_at.is_none_or(|attempted_at| now.saturating_sub(attempted_at) >= seconds)
    }
}
