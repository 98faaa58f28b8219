//! Checking a JSON Web Token (RFC 7519) by the advice of RFC 8725.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};

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

/// The header members that decide how a token is read. One that is there counts, `null` too: what brings
/// a key, demands an extension, or says that the token is encrypted, compressed or nested is no access
/// token.
const REFUSED: [&str; 9] = ["jwk", "jku", "x5u", "x5c", "crit", "b64", "enc", "zip", "cty"];

/// Reads which key a token claims to be signed with.
///
/// A token that carries its own key (`jwk`, `jku`, `x5u`, `x5c`), demands extensions (`crit`, and
/// `b64`, which no JSON Web Token has by RFC 7797, section 7), is compressed, or is of another type
/// than an access token, is refused here; and so is one whose header says anything twice (RFC 7515,
/// section 4), since whoever signed it may have meant the other.
pub(super) fn read_hint(token: &str) -> Result<Hint, Refusal> {
    let header = header(token).ok_or(BAD_HEADER)?;
    let is_ambiguous = !header.repeated_fields().is_empty();
    if is_ambiguous || REFUSED.iter().any(|name| header.field(name).is_some()) {
        return Err(BAD_HEADER);
    }
    let is_access_token = header.field("typ").is_none_or(|typ| {
        let typ = typ.as_str().unwrap_or_default().to_ascii_lowercase();
        matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "at+jwt")
    });
    if !is_access_token {
        return Err(BAD_HEADER);
    }
    let text = |name| header.field(name).and_then(Json::as_str).ok_or(BAD_HEADER);
    // Nobody is asked for a key that no token may be signed with.
    let algorithm = match text("alg")? {
        "RS256" => Algorithm::RS256,
        "PS256" => Algorithm::PS256,
        "ES256" => Algorithm::ES256,
        "EdDSA" => Algorithm::EdDSA,
        _ => return Err(BAD_HEADER),
    };
    Ok(Hint { key_id: text("kid")?.to_owned(), algorithm })
}

/// The header of what has the three parts of a signed token (RFC 7515, section 3.1), if it can be read.
fn header(token: &str) -> Option<Json> {
    let mut parts = token.split('.');
    let (header, _, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()
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
