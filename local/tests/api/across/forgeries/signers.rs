//! Signatures by every algorithm that a header may name, made by whoever has a key for it.

use std::sync::LazyLock;

use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};

use crate::support::keys::{EDDSA, ES256, Key, PS256, RS256};

/// What a header may name, but for `none`.
pub(super) const ALGORITHMS: [&str; 13] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    "HS256", "HS384", "HS512",
];

/// The private keys of one party.
struct Party {
    rsa: &'static RsaKeyPair,
    p256: &'static EcdsaKeyPair,
    p384: &'static EcdsaKeyPair,
    ed25519: &'static Ed25519KeyPair,
}

fn ecdsa(algorithm: &'static EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
    EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).expect("a key")
}

static P384: LazyLock<EcdsaKeyPair> = LazyLock::new(|| ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING));
static FORGED_P256: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING));
static FORGED_ED25519: LazyLock<Ed25519KeyPair> = LazyLock::new(|| {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
    Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("a key")
});

/// The identity provider, whose public keys the system knows.
fn provider() -> Party {
    let (Key::Rs256(rsa), Key::Es256(p256), Key::EdDsa(ed25519)) = (&*RS256, &*ES256, &*EDDSA)
    else {
        panic!("keys of other kinds");
    };
    Party { rsa, p256, p384: &P384, ed25519 }
}

/// Someone else, whose public keys nobody knows.
fn forger() -> Party {
    let Key::Ps256(rsa) = &*PS256 else { panic!("a key of another kind") };
    Party { rsa, p256: &FORGED_P256, p384: &P384, ed25519: &FORGED_ED25519 }
}

/// What the provider would sign by that algorithm, and what the forger would; nothing for an algorithm
/// with a secret.
pub(super) fn signatures(algorithm: &str, message: &[u8]) -> Vec<Vec<u8>> {
    [provider(), forger()].into_iter().filter_map(|party| party.sign(algorithm, message)).collect()
}

/// What the forger signs by one of the algorithms that keys are taken for.
pub(super) fn by_forger(algorithm: &str, message: &[u8]) -> Vec<u8> {
    forger().sign(algorithm, message).expect("an algorithm with key pairs")
}

/// The code of the message by that secret, and nothing for an algorithm without one.
pub(super) fn mac(algorithm: &str, secret: &[u8], message: &[u8]) -> Vec<u8> {
    let algorithm = match algorithm {
        "HS256" => hmac::HMAC_SHA256,
        "HS384" => hmac::HMAC_SHA384,
        "HS512" => hmac::HMAC_SHA512,
        other => panic!("{other} has no secret"),
    };
    hmac::sign(&hmac::Key::new(algorithm, secret), message).as_ref().to_vec()
}

impl Party {
    fn sign(&self, algorithm: &str, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        let ecdsa = |pair: &EcdsaKeyPair| pair.sign(&random, message).expect("a signature");
        let encoding: &'static dyn RsaEncoding = match algorithm {
            "RS256" => &RSA_PKCS1_SHA256,
            "RS384" => &RSA_PKCS1_SHA384,
            "RS512" => &RSA_PKCS1_SHA512,
            "PS256" => &RSA_PSS_SHA256,
            "PS384" => &RSA_PSS_SHA384,
            "PS512" => &RSA_PSS_SHA512,
            "ES256" => return Some(ecdsa(self.p256).as_ref().to_vec()),
            // Of P-521 there is no signer here; nobody should come as far as its signature.
            "ES384" | "ES512" => return Some(ecdsa(self.p384).as_ref().to_vec()),
            "EdDSA" => return Some(self.ed25519.sign(message).as_ref().to_vec()),
            _ => return None,
        };
        let mut signature = vec![0; self.rsa.public().modulus_len()];
        self.rsa.sign(encoding, &random, message, &mut signature).expect("a signature");
        Some(signature)
    }
}
