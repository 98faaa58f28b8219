//! JSON Web Key Sets (RFC 7517): the keys that an identity provider signs with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};

use crate::json::Json;

/// The shortest RSA modulus that is taken, in bytes: 2048 bits (RFC 7518, section 3.3).
const MIN_RSA_BYTES: usize = 256;

/// What a coordinate of P-256, or a point of Ed25519, takes, in bytes.
const CURVE_BYTES: usize = 32;

/// Public keys by their `kid`. A key we have no use for (another type or curve, for encryption,
/// without a `kid`, or one that says something twice) is passed over, as the RFC asks.
#[derive(Debug, Clone, Default)]
pub struct KeySet(Vec<Key>);

#[derive(Debug, Clone)]
struct Key {
    id: String,
    algorithms: &'static [Algorithm],
    key: DecodingKey,
}

/// The text is no key set that can verify anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidJwks {
    /// It is not JSON.
    #[error("is not JSON that can be read (line {line}, column {column})")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// It has no `keys`, or has them twice (RFC 7517, section 5).
    #[error("has no array `keys`")]
    NoKeys,
    /// It has no key for one of the four algorithms.
    #[error("holds no signing key with a kid (RSA, EC P-256 or OKP Ed25519)")]
    NoUsableKey,
}

impl KeySet {
    /// Reads a key set.
    ///
    /// # Errors
    ///
    /// [`InvalidJwks`] if there is no usable key in it: one could not tell a wrong document from
    /// a provider without keys.
    pub fn parse(text: &[u8]) -> Result<Self, InvalidJwks> {
        let json: Json = serde_json::from_slice(text)
            .map_err(|error| InvalidJwks::NotJson { line: error.line(), column: error.column() })?;
        let is_ambiguous = json.field_names().iter().filter(|name| *name == "keys").count() > 1;
        let keys = json.field("keys").and_then(Json::as_array).filter(|_| !is_ambiguous);
        let keys = keys.ok_or(InvalidJwks::NoKeys)?;
        let keys: Vec<Key> = keys.iter().filter_map(parse_key).collect();
        if keys.is_empty() {
            return Err(InvalidJwks::NoUsableKey);
        }
        Ok(Self(keys))
    }

    /// Whether there is a key of that id, for whichever algorithm.
    pub(super) fn knows(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id == id)
    }

    /// The key of that id, if it is one for that algorithm.
    pub(super) fn find(&self, id: &str, algorithm: Algorithm) -> Option<&DecodingKey> {
        let key = self.0.iter().find(|key| key.id == id && key.algorithms.contains(&algorithm))?;
        Some(&key.key)
    }
}

fn parse_key(json: &Json) -> Option<Key> {
    let text = |name| json.field(name).and_then(Json::as_str);
    let is_for_signatures = match (text("use"), json.field("key_ops")) {
        (Some(purpose), _) => purpose == "sig",
        (None, Some(operations)) => {
            operations.as_array()?.iter().any(|operation| operation.as_str() == Some("verify"))
        }
        (None, None) => true,
    };
    if !is_for_signatures || !json.repeated_fields().is_empty() {
        return None;
    }
    let bytes = |name| URL_SAFE_NO_PAD.decode(text(name)?).ok();
    let algorithm = text("alg");
    let (algorithms, key): (&[Algorithm], _) = match (text("kty")?, text("crv")) {
        ("RSA", _) => {
            let algorithms: &[Algorithm] = match algorithm {
                Some("RS256") => &[Algorithm::RS256],
                Some("PS256") => &[Algorithm::PS256],
                // Azure AD names none. Both are RSA with SHA-256, and neither weakens the other.
                None => &[Algorithm::RS256, Algorithm::PS256],
                Some(_) => return None,
            };
            let (n, e) = (bytes("n")?, bytes("e")?);
            // Some providers pad the modulus with a zero byte, which `ring` refuses.
            let n = n.strip_prefix(&[0]).unwrap_or(&n);
            if n.len() < MIN_RSA_BYTES {
                return None;
            }
            (algorithms, DecodingKey::from_rsa_raw_components(n, &e))
        }
        ("EC", Some("P-256")) if matches!(algorithm, None | Some("ES256")) => {
            let (x, y) = (bytes("x")?, bytes("y")?);
            if (x.len(), y.len()) != (CURVE_BYTES, CURVE_BYTES) {
                return None;
            }
            let point = [&[4], x.as_slice(), &y].concat();
            (&[Algorithm::ES256], DecodingKey::from_ec_der(&point))
        }
        ("OKP", Some("Ed25519")) if matches!(algorithm, None | Some("EdDSA" | "Ed25519")) => {
            let x = bytes("x")?;
            if x.len() != CURVE_BYTES {
                return None;
            }
            (&[Algorithm::EdDSA], DecodingKey::from_ed_der(&x))
        }
        _ => return None,
    };
    Some(Key { id: text("kid")?.to_owned(), algorithms, key })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Bytes that may be a modulus or a coordinate, of that length.
    fn bytes(length: usize) -> String {
        URL_SAFE_NO_PAD.encode(vec![0xA5; length])
    }

    fn set(keys: &[serde_json::Value]) -> Result<KeySet, InvalidJwks> {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
    }

    #[test]
    fn keys_of_no_use_are_passed_over() {
        let (n, x) = (bytes(256), bytes(32));
        let keys = [
            json!({ "kty": "oct", "kid": "a", "k": "AAAA" }),
            json!({ "kty": "RSA", "kid": "a", "use": "enc", "n": n, "e": "AQAB" }),
            json!({ "kty": "RSA", "kid": "a", "key_ops": ["encrypt"], "n": n, "e": "AQAB" }),
            json!({ "kty": "RSA", "kid": "a", "alg": "RS999", "n": n, "e": "AQAB" }),
            json!({ "kty": "RSA", "kid": "a", "alg": "ES256", "n": n, "e": "AQAB" }),
            json!({ "kty": "RSA", "kid": "a", "n": bytes(255), "e": "AQAB" }),
            json!({ "kty": "RSA", "n": n, "e": "AQAB" }),
            json!({ "kty": "EC", "kid": "a", "crv": "P-521", "x": x, "y": x }),
            json!({ "kty": "EC", "kid": "a", "crv": "P-256", "x": x, "y": bytes(31) }),
            json!({ "kty": "EC", "kid": "a", "crv": "P-256", "alg": "RS256", "x": x, "y": x }),
            json!({ "kty": "OKP", "kid": "a", "crv": "X25519", "x": x }),
            json!({ "kty": "OKP", "kid": "a", "crv": "Ed25519", "x": bytes(33) }),
        ];
        for key in &keys {
            let useless = set(std::slice::from_ref(key)).map(|_| ());
            assert_eq!(useless, Err(InvalidJwks::NoUsableKey), "{key}");
        }
        let good =
            json!({ "kty": "OKP", "kid": "good", "crv": "Ed25519", "alg": "Ed25519", "x": x });
        let all = set(&[keys.as_slice(), &[good]].concat()).unwrap();
        assert_eq!(all.0.len(), 1);
        assert!(all.find("good", Algorithm::EdDSA).is_some());
    }

    #[test]
    fn a_key_serves_only_the_algorithms_it_is_for() {
        let n = bytes(256);
        let keys = [
            json!({ "kty": "RSA", "kid": "a", "alg": "RS256", "n": n, "e": "AQAB" }),
            json!({ "kty": "RSA", "kid": "b", "n": n, "e": "AQAB" }),
        ];
        let set = set(&keys).unwrap();
        for refused in [Algorithm::PS256, Algorithm::HS256, Algorithm::ES256, Algorithm::RS384] {
            assert!(set.find("a", refused).is_none(), "{refused:?}");
        }
        assert!(set.find("b", Algorithm::RS256).is_some());
        assert!(set.find("b", Algorithm::PS256).is_some());
        assert!(set.find("b", Algorithm::HS256).is_none());
    }

    #[test]
    fn a_set_that_verifies_nothing_is_an_error() {
        let parse = |text: &str| KeySet::parse(text.as_bytes()).map(|_| ());
        assert_eq!(parse("<html>"), Err(InvalidJwks::NotJson { line: 1, column: 1 }));
        assert_eq!(parse(r#"{"kid":"a"}"#), Err(InvalidJwks::NoKeys));
        assert_eq!(parse(r#"{"keys":[]}"#), Err(InvalidJwks::NoUsableKey));
        assert_eq!(parse(r#"{"keys":[],"keys":[]}"#), Err(InvalidJwks::NoKeys));
    }
}
