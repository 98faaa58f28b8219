//! A provider with a thousand keys.

use std::sync::Arc;

use pretty_assertions::assert_eq;
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};
use shared::auth::JwksSource;

use super::host::Host;
use super::{endpoint, status};
use crate::support::keys::{Key, RS256};
use crate::support::{Api, Setup};

const THOUSAND: usize = 1_000;

fn id(number: usize) -> String {
    format!("key-{number}")
}

async fn start(host: &Host) -> Api {
    let jwks: Option<Arc<dyn JwksSource>> = Some(Arc::new(endpoint(&host.url())));
    Api::start_with(Setup { jwks, ..Setup::default() }).await
}

#[tokio::test]
async fn of_a_thousand_keys_each_lets_in_its_own_tokens_and_no_others() {
    let random = SystemRandom::new();
    let keys: Vec<Key> = (0..THOUSAND)
        .map(|_| {
            let pkcs8 = Ed25519KeyPair::generate_pkcs8(&random).expect("a key");
            Key::EdDsa(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("a key"))
        })
        .collect();
    let jwks: Vec<Value> =
        keys.iter().enumerate().map(|(number, key)| key.jwk(&id(number))).collect();
    let host = Host::start().await;
    host.serve(200, json!({ "keys": jwks }));
    let api = start(&host).await;
    for number in [0, 1, 499, 500, 998, 999] {
        assert_eq!(status(&api, &keys[number], &id(number)).await, 200, "{number}");
        let next = id((number + 1) % THOUSAND);
        assert_eq!(status(&api, &keys[number], &next).await, 401, "{number}");
    }
    assert_eq!(status(&api, &keys[0], &id(THOUSAND)).await, 401);
    assert_eq!(host.requests().len(), 1);
}

#[tokio::test]
async fn a_thousand_rsa_keys_fit_in_what_is_read() {
    let jwks: Vec<Value> = (0..THOUSAND)
        .map(|number| {
            let mut jwk = RS256.jwk(&id(number));
            (jwk["use"], jwk["alg"]) = (json!("sig"), json!("RS256"));
            jwk
        })
        .collect();
    let host = Host::start().await;
    host.serve(200, json!({ "keys": jwks }));
    let api = start(&host).await;
    assert_eq!(status(&api, &RS256, &id(THOUSAND - 1)).await, 200);
    assert_eq!(host.requests().len(), 1);
}
