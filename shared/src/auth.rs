//! Who is calling: from an `Authorization` header to a [`Caller`], and to nothing else.
//!
//! Of a request, a caller is the only source of an [`OrgUnitId`], and so of every key of the store;
//! messages and events on the bus name their own.

mod api_key;
mod authenticator;
mod bearer;
mod claims;
mod credential_cache;
mod crypto;
mod digest;
mod jwks;
mod keys;
mod machines;
mod purview;
mod refusal;
mod token;

use std::fmt;

pub use api_key::{ApiKeySecret, MalformedApiKey};
pub use authenticator::Authenticator;
pub use claims::ClaimNames;
pub use digest::Digest;
pub use jwks::{InvalidJwks, KeySet};
pub use keys::{FetchError, JwksSource, Keys, RemoteKeys};
pub use machines::{ApiKeySource, StoredApiKey};
pub use purview::Purview;
pub use refusal::{BadCredential, Refusal};
pub use token::TokenPolicy;

use crate::domain::id::{OrgUnitId, UserId};
pub use crate::domain::permission::{Permission, Permissions};

/// Whoever holds a valid credential.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Someone with a token of the identity provider.
    Person(Person),
    /// A system with an API key.
    Machine(Machine),
}

impl Caller {
    /// The org unit they belong to.
    #[must_use]
    pub fn org_unit(&self) -> &OrgUnitId {
        match self {
            Self::Person(person) => person.org_unit(),
            Self::Machine(machine) => machine.org_unit(),
        }
    }

    /// Lets an admin or a holder of the permission pass.
    ///
    /// # Errors
    ///
    /// [`Refusal::PermissionRequired`] for everyone else.
    pub fn require(&self, permission: Permission) -> Result<(), Refusal> {
        match self {
            Self::Person(person) => person.require(permission),
            Self::Machine(machine) => machine.require(permission),
        }
    }

    /// Lets an admin or a holder of one of the permissions pass.
    ///
    /// # Errors
    ///
    /// [`Refusal::PermissionRequired`] for everyone else, which names the first.
    pub fn require_any(&self, permissions: &[Permission; 3]) -> Result<(), Refusal> {
        let [first, ..] = permissions;
        let holds_one = permissions.iter().any(|permission| self.require(*permission).is_ok());
        if holds_one { Ok(()) } else { Err(Refusal::PermissionRequired(*first)) }
    }
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
    pub fn require_admin(&self) -> Result<Admin<'_>, Refusal> {
        if self.authority.is_admin { Ok(Admin(self)) } else { Err(Refusal::AdminRequired) }
    }
}

/// A person who was asked whether they are an admin, and is: what only admins may do takes one.
#[derive(Debug, Clone, Copy)]
pub struct Admin<'a>(&'a Person);

impl Admin<'_> {
    /// The org unit that they are an admin of.
    #[must_use]
    pub fn org_unit(&self) -> &OrgUnitId {
        self.0.org_unit()
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
