//! Tokens: only what the issuer signed lets anyone in, and it lets in whom it names, as what it names.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::issuer::{self, ADMIN, AUDIENCE, ISSUER, KEY_ID};
use super::{NOW, at_once};
use crate::auth::{ApiKeySource, Authenticator, Caller, Permission, Person, Refusal, StoredApiKey};
use crate::domain::api_key::ApiKeyId;
use crate::failure::Failure;

/// How far clocks may differ, in seconds.
const LEEWAY: f64 = 30.0;

/// Takes the bytes as a credential; and as the header and the claims of a token, with a line break between
/// them, which the issuer signs. Says whether somebody was let in.
pub fn token(data: &[u8]) -> bool {
    let is_let_in_as_it_is = credential(data);
    let (header, claims) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => data.split_at(end),
        None => (GOOD_HEADER, data),
    };
    is_let_in_as_it_is | vouched_for(header, claims.trim_ascii_start())
}

const GOOD_HEADER: &[u8] = br#"{"alg":"EdDSA","typ":"JWT","kid":"ed"}"#;

/// Whoever made the token, nobody is let in by it unless the issuer signed all of it.
fn credential(token: &[u8]) -> bool {
    let header = [b"Bearer ", token].concat();
    let Some(person) = presented(&header) else { return false };
    let token = std::str::from_utf8(token).expect("no other text is a credential").trim();
    let (message, signature) = token.rsplit_once('.').expect("a token has a signature");
    assert_eq!(signature, issuer::signature(message), "a forged token lets somebody in");
    assert!(!person.user().as_str().is_empty());
    true
}

/// The issuer signed it, and still it has to say all that a token has to say.
fn vouched_for(header: &[u8], claims: &[u8]) -> bool {
    let token = issuer::signed(header, claims);
    let Some(person) = let_in(&token) else {
        if is_refused_for_its_age(&token) {
            would_be_good_if_it_were_younger(header, claims);
        }
        return false;
    };
    is_as_the_token_says(&person, header, claims);
    is_let_in_by_no_other_signature(&token, header, claims);
    is_let_in_again(&person);
    true
}

/// What others read in the same token: if two readers disagree, one of them lets in the wrong one.
fn is_as_the_token_says(person: &Person, header: &[u8], claims: &[u8]) {
    let header: Value = serde_json::from_slice(header).expect("the header is JSON");
    assert_eq!((&header["alg"], &header["kid"]), (&json!("EdDSA"), &json!(KEY_ID)));
    for name in ["jwk", "jku", "x5u", "x5c", "crit", "b64", "enc", "zip", "cty"] {
        assert!(header[name].is_null(), "a header with {name} is accepted");
    }
    let kind = header["typ"].as_str().map(str::to_ascii_lowercase);
    let is_of_access =
        |kind: &str| ["jwt", "at+jwt"].contains(&kind.strip_prefix("application/").unwrap_or(kind));
    assert!(kind.as_deref().is_none_or(is_of_access), "a token of another kind is accepted");
    let claims: Value = serde_json::from_slice(claims).expect("the claims are JSON");
    assert_eq!(claims["iss"], json!(ISSUER));
    let is_for_us = words(&claims["aud"]).iter().any(|it| ["other", AUDIENCE].contains(it));
    assert!(is_for_us, "a token for others is accepted");
    let seconds = |claim: &Value| claim.as_f64().expect("an instant is a number");
    assert!(seconds(&claims["exp"]) > NOW as f64 - LEEWAY, "an old token is accepted");
    let not_before = &claims["nbf"];
    assert!(not_before.is_null() || seconds(not_before) <= NOW as f64 + LEEWAY);
    assert_eq!(claims["sub"], json!(person.user().as_str()));
    assert_eq!(claims.pointer("/o/id"), Some(&json!(person.org_unit().as_str())));
    let profile = person.profile();
    for (name, said) in [
        ("email", &profile.email),
        ("given_name", &profile.given_name),
        ("family_name", &profile.family_name),
    ] {
        assert_eq!(claims[name], json!(said));
    }
    let is_admin = words(&claims["role"]).contains(&ADMIN);
    assert_eq!(person.require_admin().is_ok(), is_admin);
    let scope = words(&claims["scope"]).join(" ");
    let mut held = words(&claims["permissions"]);
    held.extend(scope.split_ascii_whitespace());
    for permission in Permission::ALL {
        let may = is_admin || held.contains(&permission.name());
        assert_eq!(person.require(permission).is_ok(), may, "{permission}");
    }
}

/// One string, or an array of them.
fn words(claim: &Value) -> Vec<&str> {
    let one = claim.as_str().into_iter();
    one.chain(claim.as_array().into_iter().flatten().filter_map(Value::as_str)).collect()
}

fn is_let_in_by_no_other_signature(token: &str, header: &[u8], claims: &[u8]) {
    let (message, signature) = token.rsplit_once('.').expect("it has a signature");
    let elsewhere = issuer::signature(&format!("{message}A"));
    let cut = signature.get(..signature.len() - 2).unwrap_or_default();
    for forged in [
        message,
        &format!("{message}."),
        &format!("{message}.{cut}"),
        &format!("{message}.{elsewhere}"),
    ] {
        assert!(let_in(forged).is_none(), "a token without its signature is accepted");
    }
    let strangers = issuer::signed_by_a_stranger(header, claims);
    assert!(let_in(&strangers).is_none(), "a token that a stranger signed is accepted");
}

/// A token that says the same of the same person is as good, also to whoever has seen it before.
fn is_let_in_again(person: &Person) {
    let held = Permission::ALL.into_iter().filter(|it| person.require(*it).is_ok());
    let claims = json!({
        "iss": ISSUER,
        "aud": [AUDIENCE],
        "sub": person.user().as_str(),
        "o": { "id": person.org_unit().as_str() },
        "role": if person.require_admin().is_ok() { vec![ADMIN] } else { Vec::new() },
        "permissions": held.map(Permission::name).collect::<Vec<_>>(),
        "email": person.profile().email,
        "given_name": person.profile().given_name,
        "family_name": person.profile().family_name,
        "exp": NOW + 1,
    });
    let claims = claims.to_string().into_bytes();
    let header = format!("Bearer {}", issuer::signed(GOOD_HEADER, &claims));
    let authenticator = Authenticator::new(issuer::policy(), issuer::keys());
    for _ in 0..2 {
        let Ok(Caller::Person(again)) = caller(&authenticator, header.as_bytes()) else {
            panic!("what a token said is not accepted of another")
        };
        is_as_the_token_says(&again, GOOD_HEADER, &claims);
        assert!(again.user() == person.user() && again.org_unit() == person.org_unit());
    }
}

fn is_refused_for_its_age(token: &str) -> bool {
    let authenticator = Authenticator::new(issuer::policy(), issuer::keys());
    let refused = caller(&authenticator, format!("Bearer {token}").as_bytes());
    matches!(refused, Err(Failure::Refused(Refusal::ExpiredToken)))
}

/// That a token expired is said only of one that was good.
fn would_be_good_if_it_were_younger(header: &[u8], claims: &[u8]) {
    let mut claims: Value = serde_json::from_slice(claims).expect("the claims are JSON");
    claims["exp"] = json!(NOW + 1);
    let younger = issuer::signed(header, claims.to_string().as_bytes());
    let authenticator = Authenticator::new(issuer::policy(), issuer::keys());
    let answer = caller(&authenticator, format!("Bearer {younger}").as_bytes());
    assert!(matches!(answer, Ok(Caller::Person(_)) | Err(Failure::Refused(Refusal::NoOrgUnit))));
}

fn let_in(token: &str) -> Option<Person> {
    presented(format!("Bearer {token}").as_bytes())
}

/// Whom the header's value lets in: a person or nobody, and nobody for no other reason than the credential.
fn presented(authorization: &[u8]) -> Option<Person> {
    let authenticator = Authenticator::new(issuer::policy(), issuer::keys());
    match caller(&authenticator, authorization) {
        Ok(Caller::Person(person)) => Some(person),
        Ok(Caller::Machine(_)) => panic!("a machine without a key is let in"),
        Err(Failure::Refused(_)) => None,
        Err(other) => panic!("the caller is told of our own faults: {other}"),
    }
}

fn caller(authenticator: &Authenticator, authorization: &[u8]) -> Result<Caller, Failure> {
    let now = Timestamp::constant(NOW, 0);
    at_once(authenticator.caller(Some(authorization), &NoApiKeys, now))
}

/// No machine has a key.
struct NoApiKeys;

impl ApiKeySource for NoApiKeys {
    type Error = Failure;

    async fn api_key(&self, _: ApiKeyId, _: Timestamp) -> Result<Option<StoredApiKey>, Failure> {
        Ok(None)
    }
}
