//! Saying to a push service who sends (RFC 8292): a token that is signed with one of our keys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use serde::Serialize;

use super::contact::PushContact;
use super::keys::VapidKey;
use crate::deliver::push::{Authorization, PushError};
use crate::domain::push::PushEndpoint;

/// Tokens are good for so many seconds: half of what a push service has to take (RFC 8292, section 2), so
/// that clocks may differ.
const LIFETIME_SECONDS: i64 = 12 * 60 * 60;

/// `{"typ":"JWT","alg":"ES256"}`: there is one algorithm (RFC 8292, section 2).
const HEADER: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9";

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: i64,
    sub: &'a str,
}

/// What says who sends to that endpoint. The token is good for its push service alone.
///
/// `jsonwebtoken` would sign with whatever the process installed for it, and what is installed verifies
/// and does nothing else.
pub(super) fn authorize(
    key: &VapidKey,
    endpoint: &PushEndpoint,
    contact: &PushContact,
    now: Timestamp,
) -> Result<Authorization, PushError> {
    let exp = now.as_second().saturating_add(LIFETIME_SECONDS);
    let claims = Claims { aud: endpoint.origin(), exp, sub: contact.as_str() };
    let claims = serde_json::to_vec(&claims).map_err(|_never| unsignable())?;
    let signed = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims));
    // The signature is R and S, 32 bytes each, as RFC 7518, section 3.4, has it.
    let signature = key.pair.sign(&SystemRandom::new(), signed.as_bytes());
    let signature = signature.map_err(|_no_randomness| unsignable())?;
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    Ok(Authorization::vapid(&token, &key.public.to_text()))
}

fn unsignable() -> PushError {
    PushError::Later { code: "unsignable".to_owned(), retry_after: None }
}
