//! What a host may answer in place of a key set, and how slowly.

use std::sync::Arc;
use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::auth::JwksSource;

use super::host::{Host, answer};
use super::{MINUTE, endpoint, set, status};
use crate::support::keys::{EDDSA, ES256, RS256, encode};
use crate::support::{Api, Setup};

async fn start(host: &Host, timeout: Option<Duration>) -> Api {
    let jwks: Option<Arc<dyn JwksSource>> = Some(Arc::new(endpoint(&host.url())));
    Api::start_with(Setup { jwks, timeout, ..Setup::default() }).await
}

/// How many fetches the log says failed.
fn failures(api: &Api) -> usize {
    api.log.lines().iter().filter(|line| line.contains("jwks.refresh_failed")).count()
}

/// Whole answers that hold no key set with a key in it.
fn garbage() -> Vec<Vec<u8>> {
    let good = set(&[(&ES256, "evil")]).to_string();
    let ok = |body: &str| answer(200, "content-type: application/json\r\n", body);
    let inner = &good[1..good.len() - 1];
    let documents = [
        "",
        " ",
        "<!doctype html><title>Sign in</title>",
        "null",
        "true",
        "7",
        "\"keys\"",
        "[]",
        "{}",
        r#"{"keys":null}"#,
        r#"{"keys":{}}"#,
        r#"{"keys":"evil"}"#,
        r#"{"keys":[]}"#,
        r#"{"keys":[null,7,"evil",[],{},{"kid":"evil"}]}"#,
        r#"{"keys":[{"kty":"oct","kid":"evil","k":"AAAA"}]}"#,
        r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"evil","x":"AA","y":"AA"}]}"#,
        r#"{"keys":[{"kty":7,"kid":["evil"]}]}"#,
        &good[..good.len() - 1],
        &format!("{good}{good}"),
        &format!("\u{feff}{good}"),
        &format!("for(;;);{good}"),
        &format!("{{{inner},\"keys\":[]}}"),
        &format!("{{\"keys\":[],{inner}}}"),
        &format!("{{\"keys\":{}", "[".repeat(100_000)),
        &good.replacen("\"kid\"", "\"kid\":\"other\",\"kid\"", 1),
        &format!("{good}{}", " ".repeat(1024 * 1024)),
    ];
    let mut garbage: Vec<Vec<u8>> = documents.iter().map(|document| ok(document)).collect();
    for status in [201, 204, 206, 301, 302, 307, 400, 401, 403, 404, 410, 429, 500, 502, 503] {
        garbage.push(answer(status, "", if status == 204 { "" } else { &good }));
    }
    let whole = ok(&good);
    garbage.extend([
        Vec::new(),
        b"evil\r\n\r\n".to_vec(),
        whole[..whole.len() - 1].to_vec(),
        whole[..20].to_vec(),
        format!("HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\nevil\r\n{good}").into_bytes(),
        answer(200, &format!("x: {}\r\n", "x".repeat(1024 * 1024)), &good),
        answer(200, "content-encoding: gzip\r\n", "\u{1f}\u{8b}evil"),
        [answer(200, "", ""), vec![0; 10_000]].concat(),
        ok("{\"keys\":[{\"kid\":\"").into_iter().chain([0xFF; 3]).collect(),
    ]);
    garbage
}

#[tokio::test]
async fn whatever_a_host_answers_in_place_of_keys_leaves_the_older_ones_and_costs_one_request() {
    let host = Host::start().await;
    let api = start(&host, None).await;
    host.serve(200, set(&[(&ES256, "a")]));
    assert_eq!(status(&api, &ES256, "a").await, 200);
    for (number, bytes) in garbage().into_iter().enumerate() {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        host.serve_bytes(bytes);
        api.clock.advance(11 * MINUTE);
        assert_eq!(status(&api, &ES256, "a").await, 200, "{shown}");
        assert_eq!(status(&api, &ES256, "evil").await, 401, "{shown}");
        assert_eq!(host.requests().len(), number + 2, "{shown}");
        assert_eq!(failures(&api), number + 1, "{shown}");
        assert!(!api.log.lines().iter().any(|line| line.contains("evil")), "{shown}");
    }
    assert!(host.requests().iter().all(|line| line == "GET /jwks.json HTTP/1.1"));
}

#[tokio::test]
async fn no_host_is_asked_that_another_one_points_to() {
    let (host, elsewhere) = (Host::start().await, Host::start().await);
    elsewhere.serve(200, set(&[(&ES256, "a")]));
    let api = start(&host, None).await;
    for status_of_host in [301, 302, 303, 307, 308, 200] {
        for header in ["location", "content-location", "link", "refresh"] {
            host.serve_with(status_of_host, &format!("{header}: {}\r\n", elsewhere.url()), "{}");
            api.clock.advance(5);
            assert_eq!(status(&api, &ES256, "a").await, 503);
        }
    }
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
    assert_eq!(host.requests().len(), 24);
}

#[tokio::test]
async fn keys_that_cannot_verify_anything_let_nobody_in_and_break_nothing() {
    let good = ES256.jwk("a");
    let off_the_curve =
        json!({ "kty": "EC", "crv": "P-256", "kid": "a", "x": good["x"], "y": good["x"] });
    let zero = encode([0; 32]);
    let modulus = RS256.jwk("a")["n"].clone();
    let keys: [(Value, &crate::support::keys::Key); 7] = [
        (off_the_curve, &ES256),
        (json!({ "kty": "EC", "crv": "P-256", "kid": "a", "x": zero, "y": zero }), &ES256),
        (json!({ "kty": "OKP", "crv": "Ed25519", "kid": "a", "x": zero }), &EDDSA),
        (json!({ "kty": "RSA", "kid": "a", "n": modulus, "e": "AQ" }), &RS256),
        (json!({ "kty": "RSA", "kid": "a", "n": modulus, "e": "Ag" }), &RS256),
        (json!({ "kty": "RSA", "kid": "a", "n": modulus, "e": "" }), &RS256),
        (json!({ "kty": "RSA", "kid": "a", "n": encode([0xFE; 256]), "e": "AQAB" }), &RS256),
    ];
    let host = Host::start().await;
    let api = start(&host, None).await;
    for (jwk, key) in keys {
        host.serve(200, json!({ "keys": [jwk] }));
        api.clock.advance(11 * MINUTE);
        assert_eq!(status(&api, key, "a").await, 401, "{jwk}");
    }
    assert_eq!(host.requests().len(), 7);
}

#[tokio::test]
async fn a_host_that_stops_in_the_middle_is_cut_off_by_the_deadline_and_asked_once() {
    let host = Host::start().await;
    let whole = answer(200, "", &set(&[(&ES256, "a")]).to_string());
    let mut api = start(&host, Some(Duration::from_secs(1))).await;
    for (number, length) in [0, 10, 30, whole.len() - 1].into_iter().enumerate() {
        host.stall_after(&whole[..length]);
        api.clock.advance(5);
        assert_eq!(status(&api, &ES256, "a").await, 503, "after {length} bytes");
        assert_eq!(status(&api, &ES256, "a").await, 503, "after {length} bytes, at once");
        assert_eq!(host.requests().len(), number + 1);
        assert_eq!(failures(&api), number + 1);
    }
    host.serve(200, set(&[(&ES256, "a")]));
    api.clock.advance(5);
    api.gateway.set_timeout(Duration::from_secs(10));
    assert_eq!(status(&api, &ES256, "a").await, 200);
}

#[tokio::test]
async fn a_host_that_says_nothing_is_given_up_before_the_request_is() {
    let host = Host::start().await;
    host.stall_after("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"keys\":[");
    let error = endpoint(&host.url()).fetch().await.expect_err("half a document");
    assert_eq!(error.to_string(), "the host took too long");
}

#[tokio::test]
async fn a_jwks_is_fetched_over_http() {
    let jwks = set(&[(&ES256, "a")]).to_string();
    let host = Host::start().await;
    host.serve(200, &jwks);
    assert_eq!(endpoint(&host.url()).fetch().await, Ok(jwks.into_bytes()));
    assert_eq!(host.requests(), ["GET /jwks.json HTTP/1.1"]);
}

#[tokio::test]
async fn an_answer_that_is_no_document_is_a_failed_fetch() {
    let host = Host::start().await;
    for (status, body) in
        [(404, "{}".to_owned()), (302, String::new()), (200, " ".repeat(2_000_000))]
    {
        host.serve(status, body);
        assert!(endpoint(&host.url()).fetch().await.is_err(), "{status}");
    }
    assert!(endpoint("http://127.0.0.1:9/jwks.json").fetch().await.is_err());
}
