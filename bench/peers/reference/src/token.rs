//! Bearer tokens: RS256, by the keys of the environment.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;

use crate::Fault;

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kid: String,
    n: String,
    e: String,
}

#[derive(Deserialize)]
struct Header<'a> {
    alg: &'a str,
    kid: &'a str,
}

/// What a good token says.
#[derive(Deserialize)]
pub struct Person {
    /// The user.
    pub sub: String,
    /// Whose they are.
    pub org_unit: String,
    iss: String,
    aud: String,
    exp: u64,
}

/// What tokens are verified with.
pub struct Keys {
    keys: Vec<(String, RsaPublicKeyComponents<Vec<u8>>)>,
    issuer: String,
    audience: String,
}

impl Keys {
    /// Those of the environment.
    pub fn from_environment() -> Result<Self, Fault> {
        let set: KeySet = serde_json::from_str(&std::env::var("AUTH_JWKS")?)?;
        let mut keys = Vec::new();
        for Key { kid, n, e } in set.keys {
            let (n, e) = (URL_SAFE_NO_PAD.decode(n)?, URL_SAFE_NO_PAD.decode(e)?);
            keys.push((kid, RsaPublicKeyComponents { n, e }));
        }
        let (issuer, audience) = (std::env::var("AUTH_ISSUER")?, std::env::var("AUTH_AUDIENCE")?);
        Ok(Self { keys, issuer, audience })
    }

    /// Who the token is of, if it is good.
    pub fn verify(&self, token: &str) -> Option<Person> {
        let (message, signature) = token.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let header = URL_SAFE_NO_PAD.decode(header).ok()?;
        let header: Header = serde_json::from_slice(&header).ok()?;
        let (_, key) = self.keys.iter().find(|(id, _)| header.alg == "RS256" && id == header.kid)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        key.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature).ok()?;
        let person: Person = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        let is_ours = person.iss == self.issuer && person.aud == self.audience;
        (is_ours && person.exp > now).then_some(person)
    }
}
