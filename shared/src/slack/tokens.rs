//! The tokens at hand: fetched when first needed, kept for ten minutes, and fetched again when Slack
//! refuses them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::secret_name;
use crate::deliver::secrets::{SecretError, Secrets};
use crate::deliver::slack::{SlackError, SlackToken};
use crate::domain::id::OrgUnitId;
use crate::telemetry::{EventLine, EventName, Log};

/// A token is used for so many seconds before it is fetched again.
const MAX_AGE_SECONDS: i64 = 10 * 60;

/// So many seconds it is remembered that an org unit has no token, that another one could not be had,
/// and that it was fetched because Slack refused the one before.
const MIN_SECONDS_BETWEEN_FETCHES: i64 = 60;

/// Without any token, nothing can be sent: a fetch that failed is tried again after this many seconds.
const MIN_SECONDS_WITHOUT_TOKEN: i64 = 5;

/// How long a fetch may take: a message waits for it.
pub(super) const FETCH_TIME: Duration = Duration::from_secs(4);

/// How many org units' are kept at most.
const MOST_KEPT: usize = 500;

/// The tokens behind their secrets.
pub(super) struct KeptTokens {
    secrets: Arc<dyn Secrets>,
    prefix: String,
    log: Arc<dyn Log>,
    /// Each behind a lock of its own: the slow fetch of one holds no other up.
    kept: Mutex<HashMap<OrgUnitId, Arc<tokio::sync::Mutex<Kept>>>>,
    fetch_time: Duration,
}

/// What is known of the token of one org unit.
#[derive(Default)]
struct Kept {
    /// What the last fetch came to.
    last: Option<Result<SlackToken, SlackError>>,
    /// The first second in which that counts no more.
    until: i64,
    /// The second in which it was fetched because Slack refused the one before.
    refused_at: Option<i64>,
}

impl KeptTokens {
    pub(super) fn new(secrets: Arc<dyn Secrets>, prefix: String, log: Arc<dyn Log>) -> Self {
        Self { secrets, prefix, log, kept: Mutex::default(), fetch_time: FETCH_TIME }
    }

    /// The token of an org unit.
    pub(super) async fn token(
        &self,
        org_unit: &OrgUnitId,
        now: Timestamp,
    ) -> Result<SlackToken, SlackError> {
        let now = now.as_second();
        let kept = self.kept(org_unit, now);
        // Held while fetching: who comes meanwhile waits for the one fetch.
        let mut kept = kept.lock().await;
        match &kept.last {
            Some(last) if now < kept.until => last.clone(),
            Some(_) | None => self.refresh(&mut kept, org_unit, now).await,
        }
    }

    /// The token of an org unit, if it is another one than that, which Slack refused. It is fetched at
    /// once, but only once a minute: a new token that is refused was stored like that.
    pub(super) async fn other_than(
        &self,
        refused: &SlackToken,
        org_unit: &OrgUnitId,
        now: Timestamp,
    ) -> Result<Option<SlackToken>, SlackError> {
        let now = now.as_second();
        let kept = self.kept(org_unit, now);
        let mut kept = kept.lock().await;
        let may_fetch =
            kept.refused_at.is_none_or(|at| now.saturating_sub(at) >= MIN_SECONDS_BETWEEN_FETCHES);
        let last = match kept.last.clone() {
            Some(Ok(token)) if token == *refused && may_fetch => {
                kept.refused_at = Some(now);
                self.refresh(&mut kept, org_unit, now).await
            }
            Some(last) => last,
            None => self.refresh(&mut kept, org_unit, now).await,
        };
        Ok(Some(last?).filter(|token| token != refused))
    }

    /// Fetches the token; keeps the old one if that fails.
    async fn refresh(
        &self,
        kept: &mut Kept,
        org_unit: &OrgUnitId,
        now: i64,
    ) -> Result<SlackToken, SlackError> {
        let (last, seconds) = match (self.fetch(org_unit).await, kept.last.take()) {
            (Ok(token), _) => (Ok(token), MAX_AGE_SECONDS),
            (Err(error @ (SlackError::NotConfigured | SlackError::NoToken)), _) => {
                (Err(error), MIN_SECONDS_BETWEEN_FETCHES)
            }
            (Err(error), Some(Ok(old))) => {
                // Nobody else hears of it while the old one still serves.
                let (name, detail) = (EventName::SlackTokenRefreshFailed, &error.to_string());
                EventLine { level: "error", name, detail }.write_to(&*self.log);
                (Ok(old), MIN_SECONDS_BETWEEN_FETCHES)
            }
            (Err(error), Some(Err(_)) | None) => (Err(error), MIN_SECONDS_WITHOUT_TOKEN),
        };
        kept.last = Some(last.clone());
        kept.until = now.saturating_add(seconds);
        last
    }

    async fn fetch(&self, org_unit: &OrgUnitId) -> Result<SlackToken, SlackError> {
        let name = secret_name(&self.prefix, org_unit);
        let fetched = tokio::time::timeout(self.fetch_time, self.secrets.secret(&name)).await;
        match fetched.unwrap_or(Err(SecretError::Unreachable { how: "timeout" })) {
            Ok(secret) => SlackToken::parse(&secret).ok_or(SlackError::NoToken),
            Err(SecretError::Rejected { code }) if code == "ResourceNotFoundException" => {
                Err(SlackError::NotConfigured)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn kept(&self, org_unit: &OrgUnitId, now: i64) -> Arc<tokio::sync::Mutex<Kept>> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = all.get(org_unit) {
            return kept.clone();
        }
        if all.len() >= MOST_KEPT {
            // One that is being fetched counts.
            all.retain(|_, kept| kept.try_lock().map_or(true, |kept| now < kept.until));
        }
        if all.len() >= MOST_KEPT {
            all.clear();
        }
        all.entry(org_unit.clone()).or_default().clone()
    }
}

#[cfg(test)]
mod tests;
