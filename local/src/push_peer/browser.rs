//! A browser that subscribes: a key pair and a secret, and what is encrypted for them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use web_push_native::p256::SecretKey;
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint as _;
use web_push_native::{Auth, decrypt};

use crate::problem::Problem;

/// A browser with one subscription. It reads with other hands than what encrypts for it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Browser {
    endpoint: String,
    private_key: String,
    auth: String,
}

impl Browser {
    /// One with keys of its own, whose messages go to that endpoint.
    ///
    /// # Errors
    ///
    /// [`Problem`], if there is no randomness.
    pub fn new(endpoint: &str) -> Result<Self, Problem> {
        let no_randomness = |error| Problem::new("no key can be made", error);
        let (mut key, mut auth) = ([0; 32], [0; 16]);
        let random = SystemRandom::new();
        random.fill(&mut key).and_then(|()| random.fill(&mut auth)).map_err(no_randomness)?;
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let browser =
            Self { endpoint: endpoint.to_owned(), private_key: encode(&key), auth: encode(&auth) };
        // One in four billion numbers is no key.
        browser.secret_key().map(|_it_is| browser)
    }

    /// Where messages go.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What `JSON.stringify` makes of its `PushSubscription`.
    ///
    /// # Errors
    ///
    /// [`Problem`], if its key is none.
    pub fn subscription(&self) -> Result<Value, Problem> {
        let public_key = self.secret_key()?.public_key().to_encoded_point(false);
        Ok(json!({
            "endpoint": self.endpoint,
            "expirationTime": null,
            "keys": { "p256dh": URL_SAFE_NO_PAD.encode(public_key.as_bytes()), "auth": self.auth },
        }))
    }

    /// The private key and the secret in base64url, for whoever else decrypts.
    #[must_use]
    pub fn secrets(&self) -> (&str, &str) {
        (&self.private_key, &self.auth)
    }

    /// The text of a message that came for it.
    ///
    /// # Errors
    ///
    /// [`Problem`], if it is not for this browser.
    pub fn read(&self, body: &[u8]) -> Result<String, Problem> {
        let unreadable = || Problem("the message is for another browser".to_owned());
        let auth = URL_SAFE_NO_PAD.decode(&self.auth).map_err(|_no_base64url| unreadable())?;
        let auth = <[u8; 16]>::try_from(auth).map_err(|_no_secret| unreadable())?;
        let text = decrypt(body.to_vec(), &self.secret_key()?, &Auth::from(auth));
        let text = text.map_err(|_it_may_quote| unreadable())?;
        String::from_utf8(text).map_err(|error| Problem::new("the message is no text", error))
    }

    fn secret_key(&self) -> Result<SecretKey, Problem> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.private_key);
        let bytes = bytes.map_err(|error| Problem::new("the browser's key is none", error))?;
        SecretKey::from_slice(&bytes)
            .map_err(|error| Problem::new("the browser's key is none", error))
    }
}
