//! A stand-in for the identity provider: a key pair, its public half as JWKS, and tokens.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents};
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey as _;
use serde_json::{Value, json};

use crate::private;
use crate::problem::Problem;

/// The local key's id.
pub const KEY_ID: &str = "local";

/// An RS256 key pair.
pub struct Identity {
    pair: RsaKeyPair,
}

impl Identity {
    /// The key pair in that folder, made on first use.
    ///
    /// # Errors
    ///
    /// [`Problem`], if it cannot be read or kept.
    pub fn load_or_create(folder: &Path) -> Result<Self, Problem> {
        let file = folder.join("signing-key.pk8");
        let place = file.display();
        match fs::read(&file) {
            Ok(pkcs8) => Self::from_pkcs8(&pkcs8),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let pkcs8 = new_key()?;
                fs::create_dir_all(folder)
                    .and_then(|()| private::keep(&file, &pkcs8))
                    .map_err(|error| Problem::new(format!("{place} cannot be written"), error))?;
                // Another process may have been first: the one on disk is the one that counts.
                let kept = fs::read(&file)
                    .map_err(|error| Problem::new(format!("{place} cannot be read"), error))?;
                Self::from_pkcs8(&kept)
            }
            Err(error) => Err(Problem::new(format!("{place} cannot be read"), error)),
        }
    }

    /// A key pair that is not kept.
    ///
    /// # Errors
    ///
    /// [`Problem`], if none can be made.
    pub fn generate() -> Result<Self, Problem> {
        Self::from_pkcs8(&new_key()?)
    }

    fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, Problem> {
        let pair = RsaKeyPair::from_pkcs8(pkcs8);
        let pair = pair.map_err(|error| Problem::new("the signing key is damaged", error))?;
        Ok(Self { pair })
    }

    /// The public key, as a JSON Web Key Set.
    #[must_use]
    pub fn jwks(&self) -> Value {
        let RsaPublicKeyComponents { n, e } =
            RsaPublicKeyComponents::<Vec<u8>>::from(self.pair.public());
        json!({ "keys": [{
            "kty": "RSA",
            "kid": KEY_ID,
            "alg": "RS256",
            "n": URL_SAFE_NO_PAD.encode(n),
            "e": URL_SAFE_NO_PAD.encode(e),
        }]})
    }

    /// A signed token with those claims and nothing else.
    ///
    /// # Errors
    ///
    /// [`Problem`], if it cannot be signed.
    pub fn sign(&self, claims: &Value) -> Result<String, Problem> {
        self.sign_with_header(&json!({ "alg": "RS256", "typ": "JWT", "kid": KEY_ID }), claims)
    }

    /// A signed token with that header, true or not: for tests.
    ///
    /// # Errors
    ///
    /// [`Problem`], if it cannot be signed.
    pub fn sign_with_header(&self, header: &Value, claims: &Value) -> Result<String, Problem> {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .map_err(|error| Problem::new("the token cannot be signed", error))?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn new_key() -> Result<Vec<u8>, Problem> {
    let failed = |error: &dyn std::fmt::Display| Problem::new("no key can be made", error);
    let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048);
    let key = key.map_err(|error| failed(&error))?;
    let pkcs8 = key.to_pkcs8_der().map_err(|error| failed(&error))?;
    Ok(pkcs8.as_bytes().to_vec())
}
