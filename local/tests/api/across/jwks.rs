//! Keys behind a URL: fetched once, refreshed in time, and never by the flood.

mod crowds;
mod documents;
pub(crate) mod host;
mod thousand;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use local::environment::{AUDIENCE, ISSUER};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::auth::{FetchError, JwksSource};
use shared::config::Config;
use shared::web::JwksEndpoint;

use crate::support::keys::{EDDSA, ES256, Key};
use crate::support::{Api, ScriptedJwks, Setup};

const PATH: &str = "/me/notification-prefs";
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

fn set(keys: &[(&Key, &str)]) -> Value {
    json!({ "keys": keys.iter().map(|(key, id)| key.jwk(id)).collect::<Vec<_>>() })
}

async fn start(jwks: Value) -> (Api, Arc<ScriptedJwks>) {
    start_serving(&jwks.to_string()).await
}

async fn start_serving(document: &str) -> (Api, Arc<ScriptedJwks>) {
    let source = Arc::new(ScriptedJwks::new(document));
    let jwks: Arc<dyn JwksSource> = source.clone();
    (Api::start_with(Setup { jwks: Some(jwks), ..Setup::default() }).await, source)
}

/// A good token but for its header, which says what it likes.
fn token(api: &Api, key: &Key, id: &str, algorithm: &str) -> String {
    let exp = api.clock.seconds() + 48 * HOUR;
    let claims = json!({
        "iss": ISSUER, "aud": AUDIENCE, "exp": exp, "sub": "7", "org_unit": "acme",
    });
    key.sign(&json!({ "alg": algorithm, "kid": id }), &claims)
}

/// The status for someone with a token of that key.
async fn status(api: &Api, key: &Key, id: &str) -> u16 {
    api.stranger().with_token(&token(api, key, id, key.algorithm())).get(PATH).await.status
}

#[tokio::test]
async fn keys_are_fetched_when_first_needed_and_kept_ten_minutes() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    assert_eq!(source.fetches(), 0);
    assert_eq!(status(&api, &ES256, "a").await, 200);
    api.clock.advance(10 * MINUTE - 1);
    assert_eq!(status(&api, &ES256, "a").await, 200);
    assert_eq!(source.fetches(), 1);
    api.clock.advance(1);
    assert_eq!(status(&api, &ES256, "a").await, 200);
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn an_unknown_key_id_refreshes_at_once_but_at_most_once_a_minute() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    assert_eq!(status(&api, &ES256, "a").await, 200);
    api.clock.advance(MINUTE);
    source.serve(set(&[(&ES256, "a"), (&EDDSA, "b")]));
    assert_eq!(status(&api, &EDDSA, "b").await, 200);
    assert_eq!(source.fetches(), 2);
    for made_up in 0..50 {
        assert_eq!(status(&api, &ES256, &format!("made-up-{made_up}")).await, 401);
    }
    assert_eq!(source.fetches(), 2);
    api.clock.advance(MINUTE);
    assert_eq!(status(&api, &ES256, "made-up").await, 401);
    assert_eq!(source.fetches(), 3);
}

#[tokio::test]
async fn a_withdrawn_key_is_refused_after_the_refresh_even_for_a_remembered_token() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    let caller = api.stranger().with_token(&token(&api, &ES256, "a", "ES256"));
    api.clock.advance(5 * MINUTE);
    assert_eq!(caller.get(PATH).await.status, 200);
    source.serve(set(&[(&EDDSA, "b")]));
    // Remembered: nobody has looked at the keys since.
    api.clock.advance(MINUTE);
    assert_eq!(caller.get(PATH).await.status, 200);
    // Someone's new key makes the service look, and the old one is gone for everybody.
    assert_eq!(status(&api, &EDDSA, "b").await, 200);
    assert_eq!(caller.get(PATH).await.status, 401);
}

#[tokio::test]
async fn a_withdrawn_key_is_refused_after_ten_minutes_though_nobody_asks_for_another() {
    let (api, source) = start(set(&[(&ES256, "a"), (&EDDSA, "b")])).await;
    let caller = api.stranger().with_token(&token(&api, &ES256, "a", "ES256"));
    assert_eq!(caller.get(PATH).await.status, 200);
    source.serve(set(&[(&EDDSA, "b")]));
    api.clock.advance(10 * MINUTE - 1);
    assert_eq!(caller.get(PATH).await.status, 200);
    api.clock.advance(1);
    assert_eq!(caller.get(PATH).await.status, 401);
    assert_eq!(status(&api, &EDDSA, "b").await, 200);
    assert_eq!(source.fetches(), 2);
}

#[tokio::test]
async fn a_flood_of_unknown_key_ids_is_a_request_a_minute_and_none_while_the_provider_is_down() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    assert_eq!(status(&api, &ES256, "a").await, 200);
    for minute in 0..5 {
        for made_up in 0..20 {
            assert_eq!(status(&api, &ES256, &format!("{minute}-{made_up}")).await, 401);
            api.clock.advance(3);
        }
    }
    assert_eq!(source.fetches(), 1 + 4, "in five minutes, of which the first began with a fetch");
    source.go_down();
    api.clock.advance(MINUTE);
    for made_up in 0..20 {
        assert_eq!(status(&api, &ES256, &format!("down-{made_up}")).await, 401);
        assert_eq!(status(&api, &ES256, "a").await, 200, "the keys at hand still serve");
        api.clock.advance(2);
    }
    assert_eq!(source.fetches(), 6);
}

#[tokio::test]
async fn a_refresh_that_meets_an_unknown_key_forgets_remembered_tokens_too() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    let caller = api.stranger().with_token(&token(&api, &ES256, "a", "ES256"));
    assert_eq!(caller.get(PATH).await.status, 200);
    source.serve(set(&[(&EDDSA, "b")]));
    api.clock.advance(MINUTE);
    assert_eq!(status(&api, &ES256, "made-up").await, 401);
    assert_eq!(caller.get(PATH).await.status, 401);
}

#[tokio::test]
async fn stale_keys_are_served_for_a_day_while_the_provider_is_down() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    assert_eq!(status(&api, &ES256, "a").await, 200);
    source.go_down();
    api.clock.advance(11 * MINUTE);
    for _ in 0..20 {
        assert_eq!(status(&api, &ES256, "a").await, 200);
    }
    assert_eq!(source.fetches(), 2, "a failed refresh is not repeated at once");
    api.clock.advance(24 * HOUR - 11 * MINUTE - 1);
    assert_eq!(status(&api, &ES256, "a").await, 200);
    api.clock.advance(1);
    assert_eq!(status(&api, &ES256, "a").await, 503);
    source.serve(set(&[(&ES256, "a")]));
    api.clock.advance(MINUTE);
    assert_eq!(status(&api, &ES256, "a").await, 200);
}

#[tokio::test]
async fn without_any_keys_nobody_can_tell_and_nobody_floods_the_provider() {
    let (api, source) = start_serving("<html>").await;
    let answer = api.person("acme", "7").get(PATH).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
    for _ in 0..20 {
        assert_eq!(status(&api, &ES256, "a").await, 503);
    }
    assert_eq!(source.fetches(), 1);
    let line = "{\"level\":\"error\",\"event.name\":\"jwks.refresh_failed\",\"event.detail\":\"the document is not JSON that can be read (line 1, column 1)\"}";
    assert_eq!(api.log.lines()[0], line);
    source.serve(set(&[(&ES256, "a")]));
    api.clock.advance(5);
    assert_eq!(status(&api, &ES256, "a").await, 200);
}

#[tokio::test]
async fn an_algorithm_that_the_key_is_not_for_asks_nobody() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    assert_eq!(status(&api, &ES256, "a").await, 200);
    source.go_down();
    api.clock.advance(2 * MINUTE);
    for algorithm in ["HS256", "RS384", "EdDSA", "RS256", "none"] {
        let token = token(&api, &ES256, "a", algorithm);
        let answer = api.stranger().with_token(&token).get(PATH).await;
        assert_eq!(answer.status, 401, "{algorithm}");
    }
    let token = token(&api, &ES256, "unknown", "HS256");
    assert_eq!(api.stranger().with_token(&token).get(PATH).await.status, 401);
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn a_fetch_that_the_deadline_cuts_off_is_heard_of() {
    struct Silent;
    impl JwksSource for Silent {
        fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + '_>> {
            Box::pin(std::future::pending())
        }
    }
    let (jwks, timeout) = (Some(Arc::new(Silent) as _), Some(Duration::from_millis(400)));
    let api = Api::start_with(Setup { jwks, timeout, ..Setup::default() }).await;
    assert_eq!(status(&api, &ES256, "a").await, 503);
    assert!(api.log.lines()[0].contains("jwks.refresh_failed"), "{:?}", api.log.lines());
    assert!(api.log.lines()[0].contains("it was cut off"), "{:?}", api.log.lines());
}

#[tokio::test]
async fn a_refresh_that_brings_garbage_keeps_the_old_keys() {
    let (api, source) = start(set(&[(&ES256, "a")])).await;
    assert_eq!(status(&api, &ES256, "a").await, 200);
    source.serve(json!({ "keys": [] }));
    api.clock.advance(11 * MINUTE);
    assert_eq!(status(&api, &ES256, "a").await, 200);
    assert_eq!(source.fetches(), 2);
}

/// What functions fetch a JWKS with.
fn endpoint(url: &str) -> JwksEndpoint {
    let config = Config::from_lookup(|name| match name {
        "AUTH_JWKS_URL" => Some(url.to_owned()),
        "TABLE_NAME" | "AWS_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => {
            Some("x".to_owned())
        }
        "AUTH_ISSUER" | "AUTH_AUDIENCE" => Some("x".to_owned()),
        _ => None,
    });
    JwksEndpoint::new(&config.expect("a configuration").auth.jwks_url.expect("a URL"))
}
