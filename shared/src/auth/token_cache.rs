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
