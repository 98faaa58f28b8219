//! An identity provider whose keys are known here, so that anything can be signed with them.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::json;

use crate::auth::{ClaimNames, KeySet, Keys, TokenPolicy};

pub(super) const ISSUER: &str = "https://identity.example/";
pub(super) const AUDIENCE: &str = "notifications";
pub(super) const ADMIN: &str = "admin";

/// What the key is called that signs.
pub(super) const KEY_ID: &str = "ed";

static PAIR: LazyLock<Ed25519KeyPair> = LazyLock::new(|| pair([7; 32]));
static STRANGER: LazyLock<Ed25519KeyPair> = LazyLock::new(|| pair([8; 32]));

fn pair(seed: [u8; 32]) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&seed).expect("32 bytes are a seed")
}

/// Good tokens, with each claim at the name it has by default, but for the org unit's, which is nested.
pub(super) fn policy() -> TokenPolicy {
    let name = str::to_owned;
    TokenPolicy {
        issuer: name(ISSUER),
        audiences: vec![name("other"), name(AUDIENCE)],
        claims: ClaimNames {
            audience: name("aud"),
            subject: name("sub"),
            org_unit: name("/o/id"),
            role: name("role"),
            permissions: name("permissions"),
            scope: name("scope"),
            email: name("email"),
            given_name: name("given_name"),
            family_name: name("family_name"),
        },
        admin_role: name(ADMIN),
    }
}

/// The key that signs; and of each other kind one that nobody here can sign with, for tokens that take a key
/// for one of another kind.
pub(super) fn keys() -> Keys {
    let signing = URL_SAFE_NO_PAD.encode(PAIR.public_key());
    let (modulus, coordinate) =
        (URL_SAFE_NO_PAD.encode([0xb5; 256]), URL_SAFE_NO_PAD.encode([7; 32]));
    let document = json!({ "keys": [
        { "kty": "OKP", "crv": "Ed25519", "kid": KEY_ID, "x": signing },
        { "kty": "RSA", "kid": "rsa", "n": modulus, "e": "AQAB" },
        { "kty": "EC", "crv": "P-256", "kid": "ec", "x": coordinate, "y": coordinate },
    ] });
    let set = KeySet::parse(document.to_string().as_bytes()).expect("they are keys");
    Keys::new(set, None)
}

/// A token of that header and those claims, whatever they are, signed.
pub(super) fn signed(header: &[u8], claims: &[u8]) -> String {
    let message = message(header, claims);
    let signature = signature(&message);
    format!("{message}.{signature}")
}

/// The same, signed by somebody else.
pub(super) fn signed_by_a_stranger(header: &[u8], claims: &[u8]) -> String {
    let message = message(header, claims);
    let signature = URL_SAFE_NO_PAD.encode(STRANGER.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// The one signature of a message, in base 64.
pub(super) fn signature(message: &str) -> String {
    URL_SAFE_NO_PAD.encode(PAIR.sign(message.as_bytes()))
}

fn message(header: &[u8], claims: &[u8]) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}
