//! Many at once while a fetch is under way: one request to the provider, and an answer for everybody.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{join, join_all};
use pretty_assertions::assert_eq;
use serde_json::Value;
use shared::auth::{FetchError, JwksSource};
use tokio::sync::Semaphore;

use super::{MINUTE, PATH, set, token};
use crate::support::keys::{EDDSA, ES256, Key};
use crate::support::{Api, Setup};

/// A provider that answers what it has when it is let to, and not before.
struct GatedJwks {
    answer: Mutex<Result<Value, FetchError>>,
    gate: Semaphore,
    fetches: AtomicU64,
}

impl GatedJwks {
    /// Lets one fetch come to its end.
    fn let_through(&self) {
        self.gate.add_permits(1);
    }

    fn serve(&self, answer: Result<Value, FetchError>) {
        *self.answer.lock().expect("no panic") = answer;
    }

    fn fetches(&self) -> u64 {
        self.fetches.load(Ordering::SeqCst)
    }

    /// Comes back once so many fetches have begun.
    async fn begun(&self, fetches: u64) {
        while self.fetches() < fetches {
            tokio::task::yield_now().await;
        }
    }
}

impl JwksSource for GatedJwks {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + '_>> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        Box::pin(async {
            self.gate.acquire().await.expect("a gate").forget();
            let answer = self.answer.lock().expect("no panic").clone();
            answer.map(|document| document.to_string().into_bytes())
        })
    }
}

async fn start(document: Value) -> (Api, Arc<GatedJwks>) {
    start_within(document, None).await
}

async fn start_within(document: Value, timeout: Option<Duration>) -> (Api, Arc<GatedJwks>) {
    let source = Arc::new(GatedJwks {
        answer: Mutex::new(Ok(document)),
        gate: Semaphore::new(0),
        fetches: AtomicU64::new(0),
    });
    let jwks: Arc<dyn JwksSource> = source.clone();
    (Api::start_with(Setup { jwks: Some(jwks), timeout, ..Setup::default() }).await, source)
}

/// So many who come at once, each with a token of that key by an id of their own.
async fn crowd(api: &Api, key: &Key, ids: impl Iterator<Item = String>) -> Vec<u16> {
    let callers = ids.map(|id| {
        let token = token(api, key, &id, key.algorithm());
        async move { api.stranger().with_token(&token).get(PATH).await.status }
    });
    join_all(callers).await
}

fn all(id: &str, count: usize) -> impl Iterator<Item = String> {
    std::iter::repeat_n(id.to_owned(), count)
}

fn made_up(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("made-up-{number}"))
}

#[tokio::test]
async fn who_comes_while_keys_are_fetched_waits_for_that_one_fetch() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    let opened = async {
        source.begun(1).await;
        source.let_through();
    };
    let (statuses, ()) = join(crowd(&api, &ES256, all("a", 50)), opened).await;
    assert_eq!(statuses, [200; 50]);
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn two_hundred_unknown_key_ids_at_once_are_one_request() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    source.let_through();
    assert_eq!(crowd(&api, &ES256, all("a", 1)).await, [200]);
    api.clock.advance(MINUTE);
    let opened = async {
        source.begun(2).await;
        source.let_through();
    };
    let flood = crowd(&api, &ES256, made_up(200));
    let known = crowd(&api, &ES256, all("a", 10));
    let ((statuses, of_known), ()) = join(join(flood, known), opened).await;
    assert_eq!(statuses, [401; 200]);
    assert_eq!(of_known, [200; 10]);
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn keys_that_rotate_while_many_wait_let_in_the_new_and_nobody_of_the_old() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    source.let_through();
    assert_eq!(crowd(&api, &ES256, all("a", 1)).await, [200]);
    api.clock.advance(11 * MINUTE);
    let rotated = async {
        source.begun(2).await;
        source.serve(Ok(set(&[(&EDDSA, "b")])));
        source.let_through();
    };
    let old = crowd(&api, &ES256, all("a", 10));
    let new = crowd(&api, &EDDSA, all("b", 10));
    let ((old, new), ()) = join(join(old, new), rotated).await;
    assert_eq!((old, new), (vec![401; 10], vec![200; 10]));
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn a_key_that_is_newer_than_a_fetch_is_known_a_minute_after_it() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    // The provider rotates as soon as it has answered.
    source.let_through();
    assert_eq!(crowd(&api, &EDDSA, all("b", 5)).await, [401; 5]);
    source.serve(Ok(set(&[(&EDDSA, "b")])));
    api.clock.advance(MINUTE - 1);
    assert_eq!(crowd(&api, &EDDSA, all("b", 5)).await, [401; 5]);
    assert_eq!(crowd(&api, &ES256, all("a", 5)).await, [200; 5]);
    api.clock.advance(1);
    source.let_through();
    assert_eq!(crowd(&api, &EDDSA, all("b", 5)).await, [200; 5]);
    assert_eq!(crowd(&api, &ES256, all("a", 5)).await, [401; 5]);
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn many_who_wait_for_a_fetch_that_fails_are_served_with_the_older_keys() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    source.let_through();
    assert_eq!(crowd(&api, &ES256, all("a", 1)).await, [200]);
    api.clock.advance(11 * MINUTE);
    source.serve(Err(FetchError("down".to_owned())));
    let opened = async {
        source.begun(2).await;
        source.let_through();
    };
    let known = crowd(&api, &ES256, all("a", 20));
    let unknown = crowd(&api, &ES256, made_up(20));
    let ((known, unknown), ()) = join(join(known, unknown), opened).await;
    assert_eq!((known, unknown), (vec![200; 20], vec![401; 20]));
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn a_remembered_token_waits_for_nobodys_fetch() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    let caller = api.stranger().with_token(&token(&api, &ES256, "a", "ES256"));
    source.let_through();
    assert_eq!(caller.get(PATH).await.status, 200);
    api.clock.advance(MINUTE);
    let meanwhile = async {
        source.begun(2).await;
        let status = caller.get(PATH).await.status;
        source.let_through();
        status
    };
    let (unknown, meanwhile) = join(crowd(&api, &ES256, made_up(1)), meanwhile).await;
    assert_eq!((unknown, meanwhile), (vec![401], 200));
}

#[tokio::test]
async fn a_provider_that_says_nothing_is_asked_once_by_all_who_come_at_once() {
    let timeout = Some(Duration::from_millis(600));
    let (mut api, source) = start_within(set(&[(&ES256, "a")]), timeout).await;
    assert_eq!(crowd(&api, &ES256, all("a", 20)).await, [503; 20]);
    assert_eq!(source.fetches(), 1);
    source.let_through();
    assert_eq!(crowd(&api, &ES256, all("a", 5)).await, [503; 5], "a pause comes first");
    assert_eq!(source.fetches(), 1);
    api.clock.advance(5);
    api.gateway.set_timeout(Duration::from_secs(10));
    assert_eq!(crowd(&api, &ES256, all("a", 5)).await, [200; 5]);
    assert_eq!(source.fetches(), 2);
}
