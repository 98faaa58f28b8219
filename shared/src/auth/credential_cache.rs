//! Credentials that were checked a moment ago, by their digest: the credential itself is not kept.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::digest::Digest;

/// How many credentials are remembered at most.
const CAPACITY: usize = 256;

/// What came of checking credentials.
pub(super) struct CredentialCache<T> {
    entries: Mutex<HashMap<Digest, Entry<T>>>,
    /// How long one is remembered at most, in seconds.
    max_age: i64,
}

struct Entry<T> {
    outcome: T,
    /// The first second in which the entry counts no more.
    until: i64,
}

impl<T: Clone> CredentialCache<T> {
    /// A cache that remembers a credential for so many seconds at most.
    pub(super) fn new(max_age: i64) -> Self {
        Self { entries: Mutex::default(), max_age }
    }

    pub(super) fn get(&self, credential: &Digest, now: i64) -> Option<T> {
        let entries = self.entries();
        let entry = entries.get(credential)?;
        (now < entry.until).then(|| entry.outcome.clone())
    }

    /// Remembers what came of it until that second, which is not part of it, and no longer than
    /// the cache remembers anything.
    pub(super) fn insert(&self, credential: Digest, outcome: T, until: i64, now: i64) {
        let until = until.min(now.saturating_add(self.max_age));
        if until <= now {
            return;
        }
        let mut entries = self.entries();
        if entries.len() >= CAPACITY {
            entries.retain(|_, entry| now < entry.until);
        }
        if entries.len() >= CAPACITY {
            entries.clear();
        }
        entries.insert(credential, Entry { outcome, until });
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Digest, Entry<T>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(credentials: impl IntoIterator<Item = (usize, i64)>) -> CredentialCache<()> {
        let cache = CredentialCache::new(300);
        for (credential, until) in credentials {
            cache.insert(digest(credential), (), until, 0);
        }
        cache
    }

    fn digest(credential: usize) -> Digest {
        Digest::of(&credential.to_string())
    }

    #[test]
    fn a_credential_is_remembered_until_its_time_and_not_in_that_second() {
        let cache = cache([(1, 100)]);
        assert!(cache.get(&digest(1), 99).is_some());
        assert!(cache.get(&digest(1), 100).is_none());
        assert!(cache.get(&digest(2), 0).is_none());
    }

    #[test]
    fn a_credential_is_remembered_for_the_longest_time_at_most() {
        let cache = cache([(1, i64::MAX)]);
        assert!(cache.get(&digest(1), 299).is_some());
        assert!(cache.get(&digest(1), 300).is_none());
    }

    #[test]
    fn a_credential_that_counts_no_more_is_not_taken_in() {
        let cache = cache([(1, 0), (2, -5)]);
        assert!(cache.entries().is_empty());
    }

    #[test]
    fn a_full_cache_drops_what_counts_no_more_and_else_everything() {
        let half_stale =
            (0..CAPACITY).map(|number| (number, if number % 2 == 0 { 10 } else { 100 }));
        let cache = cache(half_stale);
        cache.insert(digest(CAPACITY), (), 100, 50);
        assert_eq!(cache.entries().len(), CAPACITY / 2 + 1);
        assert!(cache.get(&digest(1), 50).is_some());

        let all_good = (0..CAPACITY).map(|number| (number, 100));
        let cache = self::cache(all_good);
        cache.insert(digest(CAPACITY), (), 100, 50);
        assert_eq!(cache.entries().len(), 1);
        assert!(cache.get(&digest(CAPACITY), 50).is_some());
    }
}
