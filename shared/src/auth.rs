//! Who is calling: from an `Authorization` header to a [`Caller`], and to nothing else.
//!
//! A caller is the only source of an [`OrgUnitId`], and so of every key of the store.

mod authenticator;
mod bearer;
mod claims;
mod crypto;
mod jwks;
mod keys;
mod permission;
mod token;
mod token_cache;

use std::fmt;

pub use authenticator::Authenticator;
pub use claims::ClaimNames;
pub use jwks::{InvalidJwks, KeySet};
pub use keys::{FetchError, JwksSource, Keys, RemoteKeys};
pub use permission::{Permission, Permissions};
pub use token::TokenPolicy;

use crate::domain::id::{OrgUnitId, UserId};

/// Whoever holds a valid credential.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Someone with a token of the identity provider.
    Person(Person),
    /// A system with an API key.
    Machine(Machine),
}

/// A person signed in to an org unit: the pair that everything they own is keyed by.
#[derive(Debug, Clone)]
pub struct Person {
    org_unit: OrgUnitId,
    user: UserId,
    authority: Authority,
    profile: TokenProfile,
}

/// What the identity provider says of a person besides who they are.
#[derive(Clone, Default)]
pub struct TokenProfile {
    /// The address, unverified by us.
    pub email: Option<String>,
    /// The first name.
    pub given_name: Option<String>,
    /// The last name.
    pub family_name: Option<String>,
}

/// A name and an address are nobody's business in a log.
impl fmt::Debug for TokenProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenProfile(…)")
    }
}

impl Person {
    /// Someone without any permission, for tests of what is keyed by a person.
    #[cfg(test)]
    pub(crate) fn for_test(org_unit: &str, user: &str) -> Self {
        Self {
            org_unit: OrgUnitId::parse(org_unit).unwrap(),
            user: UserId::parse(user).unwrap(),
            authority: Authority { is_admin: false, permissions: Permissions::default() },
            profile: TokenProfile::default(),
        }
    }

    /// The org unit they are signed in to.
    #[must_use]
    pub fn org_unit(&self) -> &OrgUnitId {
        &self.org_unit
    }

    /// Who they are in it.
    #[must_use]
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// What their token says of them.
    #[must_use]
    pub fn profile(&self) -> &TokenProfile {
        &self.profile
    }

    /// Lets an admin or a holder of the permission pass.
    ///
    /// # Errors
    ///
    /// [`Refusal::PermissionRequired`] for everyone else.
    pub fn require(&self, permission: Permission) -> Result<(), Refusal> {
        if self.authority.is_admin || self.authority.permissions.contains(permission) {
            return Ok(());
        }
        Err(Refusal::PermissionRequired(permission))
    }

    /// Lets an admin pass.
    ///
    /// # Errors
    ///
    /// [`Refusal::AdminRequired`] for everyone else.
    pub fn require_admin(&self) -> Result<(), Refusal> {
        if self.authority.is_admin { Ok(()) } else { Err(Refusal::AdminRequired) }
    }
}

#[derive(Debug, Clone)]
struct Authority {
    is_admin: bool,
    permissions: Permissions,
}

/// A system of an org unit. It has permissions, but no preferences and no inbox.
#[derive(Debug, Clone)]
pub struct Machine {
    org_unit: OrgUnitId,
    permissions: Permissions,
}

impl Machine {
    /// The org unit its key belongs to.
    #[must_use]
    pub fn org_unit(&self) -> &OrgUnitId {
        &self.org_unit
    }

    /// Lets a holder of the permission pass.
    ///
    /// # Errors
    ///
    /// [`Refusal::PermissionRequired`] for everyone else.
    pub fn require(&self, permission: Permission) -> Result<(), Refusal> {
        if self.permissions.contains(permission) {
            return Ok(());
        }
        Err(Refusal::PermissionRequired(permission))
    }
}

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
    /// No API key of that name.
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
