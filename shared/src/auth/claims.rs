//! Finding a person in the claims of a verified token.

use super::token::TokenPolicy;
use super::{Authority, BadCredential, Permission, Permissions, Person, Refusal, TokenProfile};
use crate::domain::id::{OrgUnitId, UserId};
use crate::json::Json;

/// How far our clock and the provider's may differ, in seconds.
const LEEWAY: i64 = 30;

/// The last second of the year 9999: beyond it RFC 3339 has no dates. What says it expires later never
/// does, such as an expiry in milliseconds.
const LAST_SECOND: i64 = 253_402_300_799;

/// What each claim is called; identity providers differ. A name that begins with `/` is a JSON
/// Pointer (RFC 6901) to a nested claim, such as Clerk's `/o/id`.
#[derive(Debug, Clone)]
pub struct ClaimNames {
    /// Whom the token is for: a string or an array of strings.
    pub audience: String,
    /// The user id.
    pub subject: String,
    /// The org unit id.
    pub org_unit: String,
    /// The role, or an array of roles.
    pub role: String,
    /// The permissions, as an array.
    pub permissions: String,
    /// More permissions, separated by spaces.
    pub scope: String,
    /// The email address.
    pub email: String,
    /// The first name.
    pub given_name: String,
    /// The last name.
    pub family_name: String,
}

/// A person, and the last second in which the token vouches for them.
pub(super) struct Verified {
    pub(super) person: Person,
    pub(super) expires_at: i64,
}

/// Reads the claims of a token whose signature was verified.
///
/// That a token expired is said last, of one that is otherwise good: the caller may know then.
pub(super) fn read(claims: &Json, policy: &TokenPolicy, now: i64) -> Result<Verified, Refusal> {
    let bad = |reason| Err(Refusal::BadCredential(reason));
    if !claims.repeated_fields().is_empty() {
        return bad(BadCredential::Claim);
    }
    let TokenPolicy { issuer, audiences, claims: names, admin_role } = policy;
    if claim(claims, "iss").and_then(Json::as_str) != Some(issuer) {
        return bad(BadCredential::Issuer);
    }
    let audience = strings(claim(claims, &names.audience))?;
    if !audience.iter().any(|audience| audiences.iter().any(|accepted| accepted == audience)) {
        return bad(BadCredential::Audience);
    }
    if let Some(not_before) = claim(claims, "nbf")
        && instant(not_before)? > now.saturating_add(LEEWAY)
    {
        return bad(BadCredential::NotYetValid);
    }
    let user = text(claims, &names.subject)?.ok_or(MALFORMED)?;
    let user = UserId::parse(user).map_err(|_invalid| MALFORMED)?;
    // What stands for people who were erased is nobody's to sign in as.
    if user.is_nobody() {
        return bad(BadCredential::Claim);
    }
    let org_unit = text(claims, &names.org_unit)?.map(OrgUnitId::parse).transpose();
    let org_unit = org_unit.map_err(|_invalid| MALFORMED)?;
    let roles = strings(claim(claims, &names.role))?;
    let permissions = strings(claim(claims, &names.permissions))?;
    let scopes = strings(claim(claims, &names.scope))?;
    let scopes = scopes.into_iter().flat_map(str::split_ascii_whitespace);
    let profile = TokenProfile {
        email: text(claims, &names.email)?.map(str::to_owned),
        given_name: text(claims, &names.given_name)?.map(str::to_owned),
        family_name: text(claims, &names.family_name)?.map(str::to_owned),
    };
    let expires_at = instant(claim(claims, "exp").ok_or(MALFORMED)?)?;
    if expires_at.saturating_add(LEEWAY) <= now {
        return Err(Refusal::ExpiredToken);
    }
    // A permission of another application is not ours to understand.
    let all = permissions.into_iter().chain(scopes);
    let known = all.filter_map(|name| name.parse::<Permission>().ok());
    let person = Person {
        org_unit: org_unit.ok_or(Refusal::NoOrgUnit)?,
        user,
        authority: Authority {
            is_admin: roles.contains(&admin_role.as_str()),
            permissions: Permissions::from_iter(known),
        },
        profile,
    };
    Ok(Verified { person, expires_at })
}

const MALFORMED: Refusal = Refusal::BadCredential(BadCredential::Claim);

/// The claim, unless it is absent or `null`.
fn claim<'a>(claims: &'a Json, name: &str) -> Option<&'a Json> {
    let claim = if name.starts_with('/') { claims.pointer(name) } else { claims.field(name) };
    claim.filter(|claim| **claim != Json::Null)
}

fn text<'a>(claims: &'a Json, name: &str) -> Result<Option<&'a str>, Refusal> {
    claim(claims, name).map(|claim| claim.as_str().ok_or(MALFORMED)).transpose()
}

/// One string or an array of them; nothing is none.
fn strings(claim: Option<&Json>) -> Result<Vec<&str>, Refusal> {
    match claim {
        None => Ok(Vec::new()),
        Some(Json::String(text)) => Ok(vec![text]),
        Some(Json::Array(elements)) => {
            elements.iter().map(|element| element.as_str().ok_or(MALFORMED)).collect()
        }
        Some(_) => Err(MALFORMED),
    }
}

/// A `NumericDate` (RFC 7519): seconds since 1970, to the end of the year 9999. Of a fraction the next
/// whole second, since the clock it is held against has whole ones.
fn instant(claim: &Json) -> Result<i64, Refusal> {
    let seconds = match claim {
        Json::Integer(seconds) => i64::try_from(*seconds).unwrap_or(i64::MAX),
        Json::NegativeInteger(seconds) => *seconds,
        // The cast saturates, as it should: beyond i64 is beyond every date.
        Json::Float(seconds) => seconds.ceil() as i64,
        Json::Null | Json::Bool(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
            return Err(MALFORMED);
        }
    };
    if seconds > LAST_SECOND { Err(MALFORMED) } else { Ok(seconds) }
}
