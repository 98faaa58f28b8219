//! The keys at hand: those of the configuration, and those of the provider's JWKS URL.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jsonwebtoken::{Algorithm, DecodingKey};
use tokio::sync::Mutex;

use super::jwks::{InvalidJwks, KeySet};
use crate::telemetry::{EventLine, EventName, Log};

/// After an unknown `kid`, or a fetch that failed, this many seconds pass before the next fetch: a
/// flood of made-up key ids must not become a flood of requests to the provider.
const MIN_SECONDS_BETWEEN_FETCHES: i64 = 60;

/// Without any keys, nobody gets in: a fetch that failed is tried again after this many seconds.
const MIN_SECONDS_WITHOUT_KEYS: i64 = 5;

/// A set that cannot be refreshed is served for at most this many seconds.
const MAX_STALENESS_SECONDS: i64 = 24 * 60 * 60;

/// Where a JWKS comes from.
pub trait JwksSource: Send + Sync {
    /// Fetches the document, within a few seconds.
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + '_>>;
}

/// A document that could not be fetched. What went wrong is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FetchError(pub String);

/// Every key that a token may be signed with.
pub struct Keys {
    fixed: KeySet,
    remote: Option<RemoteKeys>,
    generation: AtomicU64,
}

/// Keys behind a URL.
pub struct RemoteKeys {
    source: Arc<dyn JwksSource>,
    log: Arc<dyn Log>,
    max_age_seconds: i64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    set: KeySet,
    fetched_at: Option<i64>,
    attempted_at: Option<i64>,
    last_attempt_failed: bool,
}

/// A key that was found.
pub(super) struct Found {
    pub(super) key: DecodingKey,
    /// The second from which the provider is asked anew whether the key still stands.
    pub(super) until: i64,
    /// The generation it is of.
    pub(super) generation: u64,
}

/// Why there is no key.
pub(super) enum NoKey {
    /// The provider has no such key.
    Unknown,
    /// The provider cannot be asked.
    Unavailable,
}

impl RemoteKeys {
    /// Keys from that source, refreshed when older than `max_age_seconds`. A refresh that fails is
    /// logged, for nobody else hears of it while the old keys still serve.
    #[must_use]
    pub fn new(source: Arc<dyn JwksSource>, log: Arc<dyn Log>, max_age_seconds: u32) -> Self {
        Self { source, log, max_age_seconds: max_age_seconds.into(), state: Mutex::default() }
    }
}

impl Keys {
    /// The keys of the configuration, then those of the URL.
    #[must_use]
    pub fn new(fixed: KeySet, remote: Option<RemoteKeys>) -> Self {
        Self { fixed, remote, generation: AtomicU64::new(0) }
    }

    /// How often the keys were refreshed: what was verified with another generation's no longer
    /// counts.
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// The key of that id for that algorithm. `now` is in seconds since 1970.
    pub(super) async fn find(
        &self,
        id: &str,
        algorithm: Algorithm,
        now: i64,
    ) -> Result<Found, NoKey> {
        if let Some(key) = self.fixed.find(id, algorithm) {
            return Ok(Found { key: key.clone(), until: i64::MAX, generation: self.generation() });
        }
        let Some(remote) = &self.remote else { return Err(NoKey::Unknown) };
        if self.fixed.knows(id) {
            return Err(NoKey::Unknown);
        }
        // Held while fetching: who comes meanwhile waits for the one fetch.
        let mut state = remote.state.lock().await;
        if state.is_older_than(remote.max_age_seconds, now) && state.may_fetch_again(now) {
            self.refresh(&mut state, remote, now).await;
        }
        if !state.set.knows(id) && state.may_fetch_for_unknown_key(now) {
            self.refresh(&mut state, remote, now).await;
        }
        if state.is_older_than(MAX_STALENESS_SECONDS, now) {
            return Err(NoKey::Unavailable);
        }
        let key = state.set.find(id, algorithm).ok_or(NoKey::Unknown)?.clone();
        let until = state.fetched_at.unwrap_or(now).saturating_add(remote.max_age_seconds);
        Ok(Found { key, until, generation: self.generation() })
    }

    async fn refresh(&self, state: &mut State, remote: &RemoteKeys, now: i64) {
        let mut report = Report { log: &*remote.log, detail: Some("it was cut off".to_owned()) };
        report.detail = match state.refresh(&*remote.source, now).await {
            Ok(()) => {
                self.generation.fetch_add(1, Ordering::Release);
                None
            }
            Err(error) => Some(error.to_string()),
        };
    }
}

/// Says why there are no newer keys when it goes, so that a fetch which the deadline cuts off is
/// heard of too.
struct Report<'a> {
    log: &'a dyn Log,
    detail: Option<String>,
}

impl Drop for Report<'_> {
    fn drop(&mut self) {
        if let Some(detail) = &self.detail {
            let name = EventName::JwksRefreshFailed;
            EventLine { level: "error", name, detail }.write_to(self.log);
        }
    }
}

impl State {
    fn is_older_than(&self, seconds: i64, now: i64) -> bool {
        self.fetched_at.is_none_or(|fetched_at| now.saturating_sub(fetched_at) >= seconds)
    }

    fn may_fetch_again(&self, now: i64) -> bool {
        let pause = match (self.last_attempt_failed, self.fetched_at) {
            (false, _) => return true,
            (true, Some(_)) => MIN_SECONDS_BETWEEN_FETCHES,
            (true, None) => MIN_SECONDS_WITHOUT_KEYS,
        };
        self.has_passed_since_attempt(pause, now)
    }

    fn may_fetch_for_unknown_key(&self, now: i64) -> bool {
        self.fetched_at.is_some() && self.has_passed_since_attempt(MIN_SECONDS_BETWEEN_FETCHES, now)
    }

    fn has_passed_since_attempt(&self, seconds: i64, now: i64) -> bool {
        self.attempted_at.is_none_or(|attempted_at| now.saturating_sub(attempted_at) >= seconds)
    }

    /// Fetches the set; keeps the old one if that fails.
    async fn refresh(&mut self, source: &dyn JwksSource, now: i64) -> Result<(), RefreshError> {
        self.attempted_at = Some(now);
        // Cleared only by success: a fetch that is cancelled at the deadline has failed too.
        self.last_attempt_failed = true;
        let set = KeySet::parse(&source.fetch().await?)?;
        *self = Self {
            set,
            fetched_at: Some(now),
            attempted_at: Some(now),
            last_attempt_failed: false,
        };
        Ok(())
    }
}

/// Why there are no newer keys.
#[derive(Debug, thiserror::Error)]
enum RefreshError {
    #[error("{0}")]
    Fetch(#[from] FetchError),
    #[error("the document {0}")]
    Document(#[from] InvalidJwks),
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("has_url", &self.remote.is_some()).finish_non_exhaustive()
    }
}
