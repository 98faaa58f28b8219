//! Checking a JSON Web Token (RFC 7519) by the advice of RFC 8725.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};

use super::claims::{self, ClaimNames, Verified};
use super::{BadCredential, Refusal};
use crate::json::Json;

/// Which tokens are good.
#[derive(Debug, Clone)]
pub struct TokenPolicy {
    /// The one issuer, letter by letter.
    pub issuer: String,
    /// The audiences; a token for any of them is good.
    pub audiences: Vec<String>,
    /// What the claims are called.
    pub claims: ClaimNames,
    /// The role that passes every permission check.
    pub admin_role: String,
}

/// What a token says of its own signature; nothing of it is to be believed before it is checked.
pub(super) struct Hint {
    pub(super) key_id: String,
    pub(super) algorithm: Algorithm,
}

const BAD_HEADER: Refusal = Refusal::BadCredential(BadCredential::BadHeader);

/// The algorithms that keys are taken for.
const ACCEPTED: [Algorithm; 4] =
    [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

/// Reads which key a token claims to be signed with.
///
/// A token that carries its own key (`jwk`, `jku`, `x5u`, `x5c`), demands extensions (`crit`), is
/// compressed, or is of another type than an access token, is refused here.
pub(super) fn read_hint(token: &str) -> Result<Hint, Refusal> {
    let header = jsonwebtoken::decode_header(token).map_err(|_of_any_kind| BAD_HEADER)?;
    let Header { typ, alg, cty, jku, jwk, kid, x5u, x5c, crit, enc, zip, .. } = header;
    let is_access_token = typ.is_none_or(|typ| {
        let typ = typ.to_ascii_lowercase();
        matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "at+jwt")
    });
    let is_plain = cty.is_none() && crit.is_none() && enc.is_none() && zip.is_none();
    let brings_a_key = jku.is_some() || jwk.is_some() || x5u.is_some() || x5c.is_some();
    if !is_access_token || !is_plain || brings_a_key {
        return Err(BAD_HEADER);
    }
    // Nobody is asked for a key that no token may be signed with.
    if !ACCEPTED.contains(&alg) {
        return Err(BAD_HEADER);
    }
    Ok(Hint { key_id: kid.ok_or(BAD_HEADER)?, algorithm: alg })
}

/// Checks the signature with the key that was found, then the claims.
///
/// `now` is in seconds since 1970.
pub(super) fn verify(
    token: &str,
    algorithm: Algorithm,
    key: &DecodingKey,
    policy: &TokenPolicy,
    now: i64,
) -> Result<Verified, Refusal> {
    let mut signature_only = Validation::new(algorithm);
    signature_only.required_spec_claims.clear();
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    let token = jsonwebtoken::decode::<Json>(token, key, &signature_only).map_err(|error| {
        let is_unreadable = matches!(error.kind(), ErrorKind::Json(_) | ErrorKind::Utf8(_));
        let reason = if is_unreadable { BadCredential::Claim } else { BadCredential::BadSignature };
        Refusal::BadCredential(reason)
    })?;
    claims::read(&token.claims, policy, now)
}
