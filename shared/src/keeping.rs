//! Keys at hand: fetched from their secret when first needed, kept for ten minutes, and never fetched by
//! the flood.

use std::fmt::Display;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::deliver::secrets::{SecretError, Secrets};
use crate::telemetry::{EventLine, EventName, Log};

/// Keys are used for so many seconds before they are fetched again.
const MAX_AGE_SECONDS: i64 = 10 * 60;

/// After an unknown key id, or a fetch that failed, this many seconds pass before the next fetch.
const MIN_SECONDS_BETWEEN_FETCHES: i64 = 60;

/// Without any keys, nothing works: a fetch that failed is tried again after this many seconds.
const MIN_SECONDS_WITHOUT_KEYS: i64 = 5;

/// Keys that cannot be refreshed are used for at most this many seconds.
const MAX_STALENESS_SECONDS: i64 = 24 * 60 * 60;

/// Keys as a secret holds them: the current one, and the one before while it is being replaced.
pub(crate) trait Keys: Clone {
    /// What is said of a secret that holds none; it must not quote the secret.
    type Invalid: Clone + Display;

    /// What one of them is known by.
    type Id: ?Sized;

    /// What the log says when they cannot be refreshed.
    const REFRESH_FAILED: EventName;

    /// Reads the secret's text.
    fn read(secret: &str) -> Result<Self, Self::Invalid>;

    /// Whether the key of that id is among them.
    fn has(&self, id: &Self::Id) -> bool;
}

/// The keys behind a secret.
pub(crate) struct KeptKeys<K: Keys> {
    secrets: Arc<dyn Secrets>,
    secret_id: String,
    log: Arc<dyn Log>,
    state: Mutex<State<K>>,
}

struct State<K: Keys> {
    /// With the second in which they were fetched.
    held: Option<(K, i64)>,
    attempted_at: Option<i64>,
    /// Why the last fetch brought none; nothing, if it did.
    last_failure: Option<NoKeys<K::Invalid>>,
}

/// Why there are no newer keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoKeys<I> {
    /// The secret could not be read.
    #[error(transparent)]
    Secret(SecretError),
    /// It does not hold keys.
    #[error("{0}")]
    Invalid(I),
}

impl<I> NoKeys<I> {
    /// What is said of a fetch that the deadline cut off.
    const CUT_OFF: Self = Self::Secret(SecretError::Unreachable { how: "deadline" });
}

impl<K: Keys> KeptKeys<K> {
    pub(crate) fn new(secrets: Arc<dyn Secrets>, secret_id: String, log: Arc<dyn Log>) -> Self {
        let state = State { held: None, attempted_at: None, last_failure: None };
        Self { secrets, secret_id, log, state: Mutex::new(state) }
    }

    /// The keys, to sign with the current one.
    pub(crate) async fn current(&self, now: Timestamp) -> Result<K, NoKeys<K::Invalid>> {
        self.fetch_for(None, now.as_second()).await
    }

    /// The keys, to use the one of that id if they have it: where it is not among those at hand, newer ones
    /// are fetched.
    pub(crate) async fn with(&self, id: &K::Id, now: Timestamp) -> Result<K, NoKeys<K::Invalid>> {
        self.fetch_for(Some(id), now.as_second()).await
    }

    async fn fetch_for(&self, id: Option<&K::Id>, now: i64) -> Result<K, NoKeys<K::Invalid>> {
        // Held while fetching: who comes meanwhile waits for the one fetch.
        let mut state = self.state.lock().await;
        let is_due = state.is_older_than(MAX_AGE_SECONDS, now) && state.may_fetch_again(now);
        if is_due || (state.is_without(id) && state.may_fetch_for_unknown_key(now)) {
            self.refresh(&mut state, now).await;
        }
        let is_too_old = state.is_older_than(MAX_STALENESS_SECONDS, now);
        match &state.held {
            Some((keys, _)) if !is_too_old => Ok(keys.clone()),
            Some(_) | None => Err(state.last_failure.clone().unwrap_or(NoKeys::CUT_OFF)),
        }
    }

    /// Fetches the keys; keeps the old ones if that fails.
    async fn refresh(&self, state: &mut State<K>, now: i64) {
        state.attempted_at = Some(now);
        // Cleared only by success: a fetch that is cancelled at the deadline has failed too.
        state.last_failure = Some(NoKeys::CUT_OFF);
        let mut report = Report::<K> { log: &*self.log, failure: state.last_failure.clone() };
        match self.fetch().await {
            Ok(keys) => {
                state.held = Some((keys, now));
                state.last_failure = None;
            }
            Err(error) => state.last_failure = Some(error),
        }
        report.failure.clone_from(&state.last_failure);
    }

    async fn fetch(&self) -> Result<K, NoKeys<K::Invalid>> {
        let secret = self.secrets.secret(&self.secret_id).await.map_err(NoKeys::Secret)?;
        K::read(&secret).map_err(NoKeys::Invalid)
    }
}

/// Says why there are no newer keys when it goes, so that a fetch which the deadline cuts off is
/// heard of too.
struct Report<'a, K: Keys> {
    log: &'a dyn Log,
    failure: Option<NoKeys<K::Invalid>>,
}

impl<K: Keys> Drop for Report<'_, K> {
    fn drop(&mut self) {
        if let Some(failure) = &self.failure {
            let (name, detail) = (K::REFRESH_FAILED, &failure.to_string());
            EventLine { level: "error", name, detail }.write_to(self.log);
        }
    }
}

impl<K: Keys> State<K> {
    fn is_older_than(&self, seconds: i64, now: i64) -> bool {
        let fetched_at = self.held.as_ref().map(|(_, fetched_at)| *fetched_at);
        fetched_at.is_none_or(|fetched_at| now.saturating_sub(fetched_at) >= seconds)
    }

    fn is_without(&self, id: Option<&K::Id>) -> bool {
        let keys = self.held.as_ref().map(|(keys, _)| keys);
        keys.zip(id).is_some_and(|(keys, id)| !keys.has(id))
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
