//! The key pairs by which push services know us (RFC 8292): one that new subscriptions are made with, and
//! the one before, while subscriptions that were made with it are still about.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde::Deserialize;

use crate::domain::push::ApplicationServerKey;
use crate::keeping::Keys;
use crate::telemetry::EventName;

/// The key pairs of a deployment.
#[derive(Clone)]
pub struct VapidKeys {
    current: VapidKey,
    previous: Option<VapidKey>,
}

/// A key pair.
#[derive(Clone)]
pub(super) struct VapidKey {
    pub(super) public: ApplicationServerKey,
    pub(super) pair: Arc<EcdsaKeyPair>,
}

/// The secret does not hold the keys. What it holds stays unsaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the secret must be a JSON object of public_key and private_key, and both or neither of \
     previous_public_key and previous_private_key: two pairs on the curve P-256 in base64url, the public \
     keys with 65 bytes and the private ones with 32"
)]
pub struct InvalidVapidKeys;

/// The secret, as Secrets Manager keeps it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Secret {
    public_key: String,
    private_key: String,
    previous_public_key: Option<String>,
    previous_private_key: Option<String>,
}

impl VapidKeys {
    /// Reads the secret's text.
    ///
    /// # Errors
    ///
    /// [`InvalidVapidKeys`], whatever is wrong with it.
    pub fn parse(text: &str) -> Result<Self, InvalidVapidKeys> {
        // The error may quote.
        let secret = serde_json::from_str(text).map_err(|_it_may_quote| InvalidVapidKeys)?;
        let Secret { public_key, private_key, previous_public_key, previous_private_key } = secret;
        let current = VapidKey::new(&public_key, &private_key)?;
        let previous = match (previous_public_key, previous_private_key) {
            (None, None) => None,
            (Some(public), Some(private)) => Some(VapidKey::new(&public, &private)?),
            (Some(_), None) | (None, Some(_)) => return Err(InvalidVapidKeys),
        };
        if previous.as_ref().is_some_and(|previous| previous.public == current.public) {
            return Err(InvalidVapidKeys);
        }
        Ok(Self { current, previous })
    }

    /// The pair that new subscriptions are made with.
    pub(super) fn current(&self) -> &VapidKey {
        &self.current
    }

    /// The pair with that public key.
    pub(super) fn find(&self, public: &ApplicationServerKey) -> Option<&VapidKey> {
        let pairs = [Some(&self.current), self.previous.as_ref()];
        pairs.into_iter().flatten().find(|pair| pair.public == *public)
    }
}

impl VapidKey {
    fn new(public: &str, private: &str) -> Result<Self, InvalidVapidKeys> {
        let public: ApplicationServerKey = public.parse().map_err(|_it_is| InvalidVapidKeys)?;
        let private = private.trim_end_matches('=');
        let private = URL_SAFE_NO_PAD.decode(private).map_err(|_it_may_quote| InvalidVapidKeys)?;
        // Also refuses a private key that another public key belongs to.
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &private,
            public.as_bytes(),
            &SystemRandom::new(),
        );
        let pair = pair.map_err(|_rejected| InvalidVapidKeys)?;
        Ok(Self { public, pair: Arc::new(pair) })
    }
}

impl Keys for VapidKeys {
    type Invalid = InvalidVapidKeys;
    type Id = ApplicationServerKey;

    const REFRESH_FAILED: EventName = EventName::VapidKeysRefreshFailed;

    fn read(secret: &str) -> Result<Self, InvalidVapidKeys> {
        Self::parse(secret)
    }

    fn has(&self, id: &ApplicationServerKey) -> bool {
        self.find(id).is_some()
    }
}

/// Which keys there are is for no log either.
impl fmt::Debug for VapidKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VapidKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The pair of RFC 8291, section 5, and the browser's of the same: any pair will do.
    const PUBLIC: &str =
        "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    const PRIVATE: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const OLD_PUBLIC: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const OLD_PRIVATE: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";

    fn with(changes: &Value) -> String {
        let mut secret = json!({
            "public_key": PUBLIC, "private_key": PRIVATE,
            "previous_public_key": OLD_PUBLIC, "previous_private_key": OLD_PRIVATE,
        });
        for (name, value) in changes.as_object().unwrap() {
            secret[name] = value.clone();
        }
        secret.to_string()
    }

    #[test]
    fn new_subscriptions_are_made_with_the_current_pair_and_both_are_found() {
        let alone = json!({ "public_key": PUBLIC, "private_key": PRIVATE }).to_string();
        let (alone, both) = (VapidKeys::parse(&alone).unwrap(), with(&json!({})));
        let both = VapidKeys::parse(&both).unwrap();
        let old = OLD_PUBLIC.parse().unwrap();
        for keys in [&alone, &both] {
            assert_eq!(keys.current().public.to_text(), PUBLIC);
            assert!(keys.has(&PUBLIC.parse().unwrap()));
        }
        assert!(both.has(&old) && !alone.has(&old));
        assert!(
            VapidKeys::parse(&with(&json!({ "private_key": format!("{PRIVATE}=") }))).is_ok(),
            "padding is no part of it"
        );
    }

    #[test]
    fn a_secret_that_breaks_a_rule_is_refused_and_not_quoted() {
        for changes in [
            json!({ "public_key": "hush" }),
            json!({ "public_key": OLD_PUBLIC }),
            json!({ "private_key": "hush" }),
            json!({ "private_key": OLD_PRIVATE }),
            json!({ "private_key": "A".repeat(43) }),
            json!({ "private_key": PUBLIC }),
            json!({ "previous_private_key": PRIVATE }),
            json!({ "previous_private_key": null }),
            json!({ "previous_public_key": null }),
            json!({ "previous_public_key": PUBLIC, "previous_private_key": PRIVATE }),
            json!({ "public_key": 1 }),
            json!({ "another": "field" }),
        ] {
            let refused = VapidKeys::parse(&with(&changes)).err();
            assert_eq!(refused, Some(InvalidVapidKeys), "{changes}");
        }
        for text in ["", "[]", "hush", r#"{"public_key":"1"}"#] {
            assert_eq!(VapidKeys::parse(text).err(), Some(InvalidVapidKeys), "{text}");
        }
    }

    #[test]
    fn debug_output_says_no_key() {
        let keys = VapidKeys::parse(&with(&json!({}))).unwrap();
        assert_eq!(format!("{keys:?}"), "VapidKeys(…)");
    }
}
