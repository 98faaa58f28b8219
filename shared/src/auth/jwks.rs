//! JSON Web Key Sets (RFC 7517): the keys that an identity provider signs with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};

use crate::json::Json;

/// Public keys by their `kid`. A key we have no use for (another type or curve, for encryption,
/// without a `kid`) is passed over, as the RFC asks.
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
    #[error("is not JSON")]
    NotJson,
    /// It has no `keys`.
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
        let json: Json = serde_json::from_slice(text).map_err(|_cause| InvalidJwks::NotJson)?;
        let keys = json.field("keys").and_then(Json::as_array).ok_or(InvalidJwks::NoKeys)?;
        let keys: Vec<Key> = keys.iter().filter_map(parse_key).collect();
        if keys.is_empty() {
            return Err(InvalidJwks::NoUsableKey);
        }
        Ok(Self(keys))
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
    if !is_for_signatures {
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
            (algorithms, DecodingKey::from_rsa_raw_components(n, &e))
        }
        ("EC", Some("P-256")) if matches!(algorithm, None | Some("ES256")) => {
            let point = [&[4], bytes("x")?.as_slice(), bytes("y")?.as_slice()].concat();
            (&[Algorithm::ES256], DecodingKey::from_ec_der(&point))
        }
        ("OKP", Some("Ed25519")) if matches!(algorithm, None | Some("EdDSA" | "Ed25519")) => {
            (&[Algorithm::EdDSA], DecodingKey::from_ed_der(&bytes("x")?))
        }
        _ => return None,
    };
    Some(Key { id: text("kid")?.to_owned(), algorithms, key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_no_use_are_passed_over() {
        let set = br#"{"keys":[
            {"kty":"oct","kid":"secret","k":"AAAA"},
            {"kty":"RSA","kid":"for-encryption","use":"enc","n":"AQAB","e":"AQAB"},
            {"kty":"RSA","kid":"too-new","alg":"RS999","n":"AQAB","e":"AQAB"},
            {"kty":"RSA","n":"AQAB","e":"AQAB"},
            {"kty":"EC","crv":"P-521","kid":"other-curve","x":"AQAB","y":"AQAB"},
            {"kty":"RSA","kid":"good","alg":"RS256","n":"AQAB","e":"AQAB"}
        ]}"#;
        let set = KeySet::parse(set).unwrap();
        assert_eq!(set.0.len(), 1);
        assert!(set.find("good", Algorithm::RS256).is_some());
    }

    #[test]
    fn a_key_serves_only_the_algorithms_it_is_for() {
        let set = br#"{"keys":[{"kty":"RSA","kid":"a","alg":"RS256","n":"AQAB","e":"AQAB"},
            {"kty":"RSA","kid":"b","n":"AQAB","e":"AQAB"}]}"#;
        let set = KeySet::parse(set).unwrap();
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
        assert_eq!(parse("<html>"), Err(InvalidJwks::NotJson));
        assert_eq!(parse(r#"{"kid":"a"}"#), Err(InvalidJwks::NoKeys));
        assert_eq!(parse(r#"{"keys":[]}"#), Err(InvalidJwks::NoUsableKey));
    }
}
