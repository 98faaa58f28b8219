//! Which tokens are let in, and which are not.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use local::environment::{AUDIENCE, ISSUER};
use local::identity::KEY_ID;

use crate::support::keys::{EDDSA, ES256, Key, PS256, RS256, encode};
use crate::support::{Api, Setup, identity};

const PATH: &str = "/me/notification-prefs";

fn claims(api: &Api) -> Value {
    let expires_at = api.clock.seconds() + 600;
    json!({ "iss": ISSUER, "aud": AUDIENCE, "exp": expires_at, "sub": "7", "org_unit": "acme" })
}

fn header(key: &Key, id: &str) -> Value {
    json!({ "alg": key.algorithm(), "typ": "JWT", "kid": id })
}

/// A system that knows these keys.
async fn api_with(jwks: &[Value]) -> Api {
    let jwks = json!({ "keys": jwks }).to_string();
    let environment = vec![("AUTH_JWKS", jwks)];
    Api::start_with(Setup { environment, ..Setup::default() }).await
}

async fn status(api: &Api, token: &str) -> u16 {
    api.stranger().with_token(token).get(PATH).await.status
}

#[tokio::test]
async fn a_token_of_each_algorithm_is_good() {
    let keys: [&Key; 4] = [&RS256, &PS256, &ES256, &EDDSA];
    let api = api_with(&keys.map(|key| key.jwk(key.algorithm()))).await;
    for key in keys {
        let token = key.sign(&header(key, key.algorithm()), &claims(&api));
        assert_eq!(status(&api, &token).await, 200, "{}", key.algorithm());
    }
}

#[tokio::test]
async fn the_algorithm_is_the_keys_and_never_the_tokens_alone() {
    let keys: [&Key; 4] = [&RS256, &PS256, &ES256, &EDDSA];
    for signer in keys {
        let mut jwk = signer.jwk("only");
        jwk["alg"] = json!(signer.algorithm());
        let api = api_with(&[jwk]).await;
        for claimed in ["RS256", "PS256", "ES256", "EdDSA", "RS384", "ES384", "HS256", "none"] {
            let header = json!({ "alg": claimed, "kid": "only" });
            let token = signer.sign(&header, &claims(&api));
            let expected = if claimed == signer.algorithm() { 200 } else { 401 };
            assert_eq!(status(&api, &token).await, expected, "{claimed} by {}", signer.algorithm());
        }
    }
}

#[tokio::test]
async fn a_token_signed_by_another_key_is_refused() {
    let api = api_with(&[RS256.jwk("ours")]).await;
    let token = ES256.sign(&header(&ES256, "ours"), &claims(&api));
    assert_eq!(status(&api, &token).await, 401);
    let token = PS256.sign(&json!({ "alg": "PS256", "kid": "ours" }), &claims(&api));
    assert_eq!(status(&api, &token).await, 401);
    let token = RS256.sign(&header(&RS256, "theirs"), &claims(&api));
    assert_eq!(status(&api, &token).await, 401);
    let token = RS256.sign(&json!({ "alg": "RS256" }), &claims(&api));
    assert_eq!(status(&api, &token).await, 401);
}

#[tokio::test]
async fn hs256_with_the_public_key_as_the_secret_is_refused() {
    let jwk = RS256.jwk("ours");
    let api = api_with(std::slice::from_ref(&jwk)).await;
    let modulus = jwk["n"].as_str().expect("a modulus");
    for secret in [modulus.to_owned(), jwk.to_string()] {
        let forger = Key::Hs256(secret.into_bytes());
        let token = forger.sign(&header(&forger, "ours"), &claims(&api));
        assert_eq!(status(&api, &token).await, 401);
    }
}

#[tokio::test]
async fn an_unsigned_token_is_refused_however_it_spells_none() {
    let api = Api::start().await;
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let header = encode(json!({ "alg": none, "kid": KEY_ID }).to_string());
        let claims = encode(claims(&api).to_string());
        for token in [format!("{header}.{claims}."), format!("{header}.{claims}")] {
            assert_eq!(status(&api, &token).await, 401, "{none}");
        }
    }
}

#[tokio::test]
async fn a_header_that_brings_its_own_key_or_demands_more_is_refused() {
    let api = Api::start().await;
    for (name, value) in [
        ("jwk", RS256.jwk("mine")),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/chain")),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
        ("crit", json!(["b64"])),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
        ("typ", json!("logout+jwt")),
        ("typ", json!("dpop+jwt")),
    ] {
        let mut header = json!({ "alg": "RS256", "kid": KEY_ID });
        header[name] = value;
        let token = identity().sign_with_header(&header, &claims(&api)).expect("a token");
        assert_eq!(status(&api, &token).await, 401, "{header}");
    }
    for typ in ["JWT", "jwt", "at+jwt", "application/at+jwt"] {
        let header = json!({ "alg": "RS256", "kid": KEY_ID, "typ": typ });
        let token = identity().sign_with_header(&header, &claims(&api)).expect("a token");
        assert_eq!(status(&api, &token).await, 200, "{typ}");
    }
}

#[tokio::test]
async fn a_token_that_was_touched_is_refused() {
    let api = Api::start().await;
    let good = identity().sign(&claims(&api)).expect("a token");
    assert_eq!(status(&api, &good).await, 200);
    let parts: Vec<&str> = good.split('.').collect();
    let mut other = claims(&api);
    other["sub"] = json!("8");
    let flipped = if parts[2].starts_with('A') { "B" } else { "A" };
    for touched in [
        format!("{}.{}.{}", parts[0], encode(other.to_string()), parts[2]),
        format!("{}.{}.{flipped}{}", parts[0], parts[1], &parts[2][1..]),
        format!("{}.{}.{}", parts[0], parts[1], &parts[2][..parts[2].len() - 4]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}="),
        format!("{good}.x"),
        format!(".{good}"),
        good.replace('.', ".."),
    ] {
        assert_eq!(status(&api, &touched).await, 401, "{touched}");
    }
}

#[tokio::test]
async fn a_claim_that_comes_twice_is_refused() {
    let api = api_with(&[RS256.jwk("ours")]).await;
    let text = claims(&api).to_string();
    let twice = text.replacen('{', r#"{"sub":"8","#, 1);
    let header = encode(header(&RS256, "ours").to_string());
    assert_eq!(status(&api, &RS256.sign_parts(&header, &encode(text))).await, 200);
    assert_eq!(status(&api, &RS256.sign_parts(&header, &encode(twice))).await, 401);
    for no_object in ["[]", "7", "null", "", "{"] {
        let token = RS256.sign_parts(&header, &encode(no_object));
        assert_eq!(status(&api, &token).await, 401, "{no_object}");
    }
}

#[tokio::test]
async fn a_token_over_8_kib_is_refused() {
    let api = Api::start().await;
    let padded = |length: usize| {
        let mut claims = claims(&api);
        claims["pad"] = json!("x".repeat(length));
        identity().sign(&claims).expect("a token")
    };
    let (small, large) = (padded(5_000), padded(6_000));
    assert!(small.len() <= 8 * 1024 && large.len() > 8 * 1024);
    assert_eq!(status(&api, &small).await, 200);
    assert_eq!(status(&api, &large).await, 401);
}

#[tokio::test]
async fn exactly_one_bearer_credential_is_taken() {
    let api = Api::start().await;
    let token = identity().sign(&claims(&api)).expect("a token");
    let send =
        async |header: String| api.stranger().with_authorization(header).get(PATH).await.status;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        assert_eq!(send(format!("{scheme} {token}")).await, 200);
    }
    assert_eq!(send(format!("Bearer {token}, Bearer {token}")).await, 401);
    assert_eq!(send(format!("Basic {token}")).await, 401);
    assert_eq!(send(token.clone()).await, 401);
    let in_query = api.stranger().get(&format!("{PATH}?access_token={token}")).await;
    assert_eq!(in_query.status, 401);

    let twice = http::Request::get(PATH)
        .header("authorization", format!("Bearer {token}"))
        .header("authorization", format!("Bearer {token}"));
    let answer = api.send(twice.body(hyper::body::Bytes::new()).expect("a request")).await;
    assert_eq!(answer.status(), 401);
}

#[tokio::test]
async fn a_refusal_does_not_say_which_check_failed() {
    let api = api_with(&[RS256.jwk("ours")]).await;
    let mut wrong_issuer = claims(&api);
    wrong_issuer["iss"] = json!("https://evil.example/");
    let tokens = [
        RS256.sign(&header(&RS256, "ours"), &wrong_issuer),
        RS256.sign(&header(&RS256, "theirs"), &claims(&api)),
        PS256.sign(&header(&PS256, "ours"), &claims(&api)),
        "not.a.token".to_owned(),
    ];
    for token in tokens {
        let answer = api.stranger().with_token(&token).get(PATH).await;
        assert_eq!(answer.json()["detail"], "the credential is not valid");
        assert_eq!(answer.header("www-authenticate"), r#"Bearer error="invalid_token""#);
    }
    let answer = api.stranger().get(PATH).await;
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn a_verified_token_is_remembered_until_it_expires_and_not_longer() {
    let api = Api::start().await;
    let mut short = claims(&api);
    short["exp"] = json!(api.clock.seconds() + 60);
    let token = identity().sign(&short).expect("a token");
    assert_eq!(status(&api, &token).await, 200);
    api.clock.advance(59);
    assert_eq!(status(&api, &token).await, 200);
    // The leeway is for clocks that differ; it is judged anew, not remembered.
    api.clock.advance(30);
    assert_eq!(status(&api, &token).await, 200);
    api.clock.advance(1);
    assert_eq!(status(&api, &token).await, 401);
}
