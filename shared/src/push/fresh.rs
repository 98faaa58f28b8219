//! A key pair that is new.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;

use super::VapidKeys;
use crate::failure::NoEntropy;

/// Where the private key stands in what `ring` writes (RFC 5958, RFC 5915): after the headers, whose length
/// is always the same.
const PRIVATE_KEY: std::ops::Range<usize> = 36..68;

impl VapidKeys {
    /// The text of a secret with a new key pair, as [`VapidKeys::parse`] reads it: for whoever sets Web
    /// Push up.
    ///
    /// # Errors
    ///
    /// [`NoEntropy`].
    pub fn new_secret() -> Result<String, NoEntropy> {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random);
        let document = document.map_err(|_unspecified| NoEntropy)?;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random);
        let pair = pair.map_err(|_it_is_its_own| NoEntropy)?;
        let private = document.as_ref().get(PRIVATE_KEY).unwrap_or_default();
        let secret = json!({
            "public_key": URL_SAFE_NO_PAD.encode(pair.public_key()),
            "private_key": URL_SAFE_NO_PAD.encode(private),
        });
        Ok(secret.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_secret_holds_a_pair_that_is_taken_and_another_one_each_time() {
        let secrets = [(); 2].map(|()| VapidKeys::new_secret().unwrap());
        let [first, second] = &secrets.each_ref().map(|secret| VapidKeys::parse(secret).unwrap());
        assert_ne!(first.current().public, second.current().public);
    }
}
