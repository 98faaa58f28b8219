//! What stands in for the clock, for randomness, for the log, for an identity provider.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::app::{Clock, Entropy};
use shared::auth::{FetchError, JwksSource};
use shared::deliver::secrets::{Fetching, SecretError, Secrets};
use shared::failure::NoEntropy;
use shared::telemetry::Log;

/// A clock that stands still until it is moved.
pub(crate) struct ManualClock(AtomicI64);

impl ManualClock {
    pub(crate) fn at(instant: &str) -> Self {
        let instant: Timestamp = instant.parse().expect("an instant");
        Self(AtomicI64::new(instant.as_second()))
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn seconds(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.seconds()).expect("an instant")
    }
}

/// Counts instead of drawing: ids and secrets each from 0.
#[derive(Default)]
pub(crate) struct CountingEntropy {
    ids: AtomicU64,
    secrets: AtomicU64,
    is_dry: AtomicBool,
}

impl CountingEntropy {
    /// From now on there is no randomness.
    pub(crate) fn run_dry(&self) {
        self.is_dry.store(true, Ordering::SeqCst);
    }

    /// Draws the secrets again from that one on.
    pub(crate) fn rewind_to_secret(&self, number: u64) {
        self.secrets.store(number, Ordering::SeqCst);
    }
}

impl Entropy for CountingEntropy {
    fn bits(&self) -> u128 {
        self.ids.fetch_add(1, Ordering::SeqCst).into()
    }

    fn secret(&self) -> Result<[u8; 32], NoEntropy> {
        if self.is_dry.load(Ordering::SeqCst) {
            return Err(NoEntropy);
        }
        let mut secret = [0x5a; 32];
        let number = self.secrets.fetch_add(1, Ordering::SeqCst);
        secret[24..].copy_from_slice(&number.to_be_bytes());
        Ok(secret)
    }
}

/// Keeps log lines.
#[derive(Default)]
pub(crate) struct MemoryLog(Mutex<Vec<String>>);

impl MemoryLog {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Log for MemoryLog {
    fn write(&self, line: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
    }
}

/// An identity provider's JWKS: what it answers can be changed, and fetches are counted.
pub(crate) struct ScriptedJwks {
    answer: Mutex<Result<String, FetchError>>,
    fetches: AtomicU64,
}

impl ScriptedJwks {
    pub(crate) fn new(jwks: impl ToString) -> Self {
        Self { answer: Mutex::new(Ok(jwks.to_string())), fetches: AtomicU64::new(0) }
    }

    pub(crate) fn serve(&self, jwks: impl ToString) {
        *self.answer.lock().expect("no panic") = Ok(jwks.to_string());
    }

    pub(crate) fn go_down(&self) {
        *self.answer.lock().expect("no panic") = Err(FetchError("down".to_owned()));
    }

    pub(crate) fn fetches(&self) -> u64 {
        self.fetches.load(Ordering::SeqCst)
    }
}

impl JwksSource for ScriptedJwks {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + '_>> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        let answer = self.answer.lock().expect("no panic").clone();
        Box::pin(async move { answer.map(String::into_bytes) })
    }
}

/// A secret with the keys of unsubscribe links: it can be changed, and fetches are counted.
pub(crate) struct ScriptedSecrets {
    answer: Mutex<Result<String, SecretError>>,
    fetches: AtomicU64,
}

/// A key of that id: long enough, and each another one.
fn unsubscribe_key(id: &str) -> String {
    format!("the key {id} of unsubscribe links, for tests")
}

/// One key, `1`.
impl Default for ScriptedSecrets {
    fn default() -> Self {
        let keys = json!({ "key_id": "1", "key": unsubscribe_key("1") });
        Self { answer: Mutex::new(Ok(keys.to_string())), fetches: AtomicU64::new(0) }
    }
}

impl ScriptedSecrets {
    /// A key of marks of erased people.
    pub(crate) fn of_erasures() -> Self {
        let keys = json!({ "key": "the key of marks of erased people, for tests" });
        Self { answer: Mutex::new(Ok(keys.to_string())), fetches: AtomicU64::new(0) }
    }

    /// From now on that key signs, and the other one verifies too.
    pub(crate) fn rotate(&self, current: &str, previous: &str) {
        self.serve(&json!({
            "key_id": current,
            "key": unsubscribe_key(current),
            "previous_key_id": previous,
            "previous_key": unsubscribe_key(previous),
        }));
    }

    /// From now on the secret is that.
    pub(crate) fn serve(&self, secret: &Value) {
        *self.answer.lock().expect("no panic") = Ok(secret.to_string());
    }

    /// From now on it cannot be read.
    pub(crate) fn fail(&self, error: SecretError) {
        *self.answer.lock().expect("no panic") = Err(error);
    }

    /// The secret as it is now.
    pub(crate) fn text(&self) -> String {
        self.answer.lock().expect("no panic").clone().expect("a secret")
    }

    /// The same, or nothing while it cannot be read.
    pub(crate) fn now(&self) -> Option<String> {
        self.answer.lock().expect("no panic").clone().ok()
    }

    pub(crate) fn fetches(&self) -> u64 {
        self.fetches.load(Ordering::SeqCst)
    }
}

impl Secrets for ScriptedSecrets {
    fn secret<'a>(&'a self, _: &'a str) -> Fetching<'a> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        let answer = self.answer.lock().expect("no panic").clone();
        Box::pin(std::future::ready(answer))
    }
}
