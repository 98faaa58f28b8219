//! Why a caller is not let in.

use super::Permission;

/// Why a caller is not let in, or not this far. The text is what the caller reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No `Authorization` header.
    #[error("a bearer token is required in the Authorization header")]
    NoCredential,
    /// A credential that is not ours to accept. The caller is not told why: who forges tokens
    /// would learn from it. The log is.
    #[error("the credential is not valid")]
    BadCredential(BadCredential),
    /// A token that was good until it expired.
    #[error("the token has expired")]
    ExpiredToken,
    /// An API key that was revoked.
    #[error("the API key was revoked")]
    RevokedApiKey,
    /// An API key past its expiry.
    #[error("the API key has expired")]
    ExpiredApiKey,
    /// A good token of someone who is in no org unit.
    #[error("the token names no organizational unit; choose one and sign in to it")]
    NoOrgUnit,
    /// An API key where a person is needed.
    #[error("this endpoint is for people; an API key cannot use it")]
    PersonRequired,
    /// A person who is not an admin.
    #[error("this endpoint is for admins")]
    AdminRequired,
    /// A caller without that permission.
    #[error("the permission {0} is required")]
    PermissionRequired(Permission),
}

/// What is wrong with a credential: for the log alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadCredential {
    /// Not one bearer credential of a sane length.
    NotABearer,
    /// Not a JWT, or one with a header parameter that is refused.
    BadHeader,
    /// Signed by no key that is known, or with an algorithm that key is not for.
    UnknownKey,
    /// The signature does not match.
    BadSignature,
    /// Of another issuer.
    Issuer,
    /// For another audience.
    Audience,
    /// Not valid yet.
    NotYetValid,
    /// A claim that is missing, comes twice, or is not of its type.
    Claim,
    /// Begins like an API key, and is none: its shape or its checksum is wrong.
    MalformedApiKey,
    /// An API key that nobody made.
    UnknownApiKey,
}

impl Refusal {
    /// What the log calls it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NoCredential => "no_credential",
            Self::BadCredential(bad) => match bad {
                BadCredential::NotABearer => "bad_credential.not_a_bearer",
                BadCredential::BadHeader => "bad_credential.header",
                BadCredential::UnknownKey => "bad_credential.unknown_key",
                BadCredential::BadSignature => "bad_credential.signature",
                BadCredential::Issuer => "bad_credential.issuer",
                BadCredential::Audience => "bad_credential.audience",
                BadCredential::NotYetValid => "bad_credential.not_yet_valid",
                BadCredential::Claim => "bad_credential.claim",
                BadCredential::MalformedApiKey => "bad_credential.malformed_api_key",
                BadCredential::UnknownApiKey => "bad_credential.unknown_api_key",
            },
            Self::ExpiredToken => "expired_token",
            Self::RevokedApiKey => "revoked_api_key",
            Self::ExpiredApiKey => "expired_api_key",
            Self::NoOrgUnit => "no_org_unit",
            Self::PersonRequired => "person_required",
            Self::AdminRequired => "admin_required",
            Self::PermissionRequired(_) => "permission_required",
        }
    }
}
