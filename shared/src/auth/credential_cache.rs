//! Tokens that were verified a moment ago, by their hash.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ring::digest::{SHA256, digest};

use super::Person;

/// How long a token is remembered at most, in seconds.
const MAX_AGE: i64 = 5 * 60;

/// How many tokens are remembered at most.
const CAPACITY: usize = 256;

/// The SHA-256 of a token: the token itself is not kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenHash([u8; 32]);

impl TokenHash {
    pub(super) fn of(token: &str) -> Self {
        let mut hash = [0; 32];
        hash.iter_mut().zip(digest(&SHA256, token.as_bytes()).as_ref()).for_each(|(to, from)| {
            *to = *from;
        });
        Self(hash)
    }
}

/// Whom a token stands for, and for how long.
pub(super) struct Entry {
    person: Person,
    /// The first second in which the entry counts no more.
    until: i64,
    /// Which set of keys verified the token: a newer one may lack the key.
    generation: u64,
}

impl Entry {
    pub(super) fn new(person: Person, until: i64, generation: u64) -> Self {
        Self { person, until, generation }
    }
}

/// Verified tokens.
#[derive(Default)]
pub(super) struct TokenCache(Mutex<HashMap<TokenHash, Entry>>);

impl TokenCache {
    pub(super) fn get(&self, token: TokenHash, generation: u64, now: i64) -> Option<Person> {
        let entries = self.entries();
        let entry = entries.get(&token)?;
        (now < entry.until && entry.generation == generation).then(|| entry.person.clone())
    }

    /// Remembers the token for its time, and for five minutes at most.
    pub(super) fn insert(&self, token: TokenHash, mut entry: Entry, now: i64) {
        entry.until = entry.until.min(now.saturating_add(MAX_AGE));
        if entry.until <= now {
            return;
        }
        let mut entries = self.entries();
        if entries.len() >= CAPACITY {
            entries.retain(|_, entry| now < entry.until);
        }
        if entries.len() >= CAPACITY {
            entries.clear();
        }
        entries.insert(token, entry);
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<TokenHash, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(until: i64) -> Entry {
        Entry::new(Person::for_test("acme", "7"), until, 0)
    }

    fn cache(tokens: impl IntoIterator<Item = (usize, i64)>) -> TokenCache {
        let cache = TokenCache::default();
        for (token, until) in tokens {
            cache.insert(hash(token), entry(until), 0);
        }
        cache
    }

    fn hash(token: usize) -> TokenHash {
        TokenHash::of(&token.to_string())
    }

    #[test]
    fn a_token_is_remembered_until_its_time_and_not_in_that_second() {
        let cache = cache([(1, 100)]);
        assert!(cache.get(hash(1), 0, 99).is_some());
        assert!(cache.get(hash(1), 0, 100).is_none());
        assert!(cache.get(hash(2), 0, 0).is_none());
    }

    #[test]
    fn a_token_is_remembered_for_five_minutes_at_most() {
        let cache = cache([(1, i64::MAX)]);
        assert!(cache.get(hash(1), 0, 299).is_some());
        assert!(cache.get(hash(1), 0, 300).is_none());
    }

    #[test]
    fn a_token_is_forgotten_with_the_keys_that_verified_it() {
        let cache = cache([(1, 100)]);
        assert!(cache.get(hash(1), 1, 0).is_none());
    }

    #[test]
    fn a_token_that_counts_no_more_is_not_taken_in() {
        let cache = cache([(1, 0), (2, -5)]);
        assert!(cache.entries().is_empty());
    }

    #[test]
    fn a_full_cache_drops_what_counts_no_more_and_else_everything() {
        let half_stale = (0..CAPACITY).map(|token| (token, if token % 2 == 0 { 10 } else { 100 }));
        let cache = cache(half_stale);
        cache.insert(hash(CAPACITY), entry(100), 50);
        assert_eq!(cache.entries().len(), CAPACITY / 2 + 1);
        assert!(cache.get(hash(1), 0, 50).is_some());

        let all_good = (0..CAPACITY).map(|token| (token, 100));
        let cache = self::cache(all_good);
        cache.insert(hash(CAPACITY), entry(100), 50);
        assert_eq!(cache.entries().len(), 1);
        assert!(cache.get(hash(CAPACITY), 0, 50).is_some());
    }
}
