//! Whose affairs a caller may look into.

use super::{Caller, Permission, Refusal};
use crate::domain::id::UserId;

/// Whose affairs a caller may look into, in their org unit.
#[derive(Debug, Clone, Copy)]
pub enum Purview<'a> {
    /// Everyone's.
    Everyone,
    /// Their own.
    Oneself {
        /// Who they are.
        user: &'a UserId,
        /// What anyone else's would take.
        permission: Permission,
    },
}

impl Caller {
    /// Whose affairs they may look into: everyone's with the permission or as an admin, else a
    /// person their own.
    ///
    /// # Errors
    ///
    /// [`Refusal::PermissionRequired`] for a machine without the permission: it has none of its own.
    pub fn purview(&self, permission: Permission) -> Result<Purview<'_>, Refusal> {
        match (self.require(permission), self) {
            (Ok(()), _) => Ok(Purview::Everyone),
            (Err(_), Self::Person(person)) => {
                Ok(Purview::Oneself { user: person.user(), permission })
            }
            (Err(refusal), Self::Machine(_)) => Err(refusal),
        }
    }
}

impl Purview<'_> {
    /// Lets those pass who may look into the affairs of all these people.
    ///
    /// # Errors
    ///
    /// [`Refusal::PermissionRequired`], if only the permission would do.
    pub fn require_all<'p>(
        self,
        people: impl IntoIterator<Item = &'p UserId>,
    ) -> Result<(), Refusal> {
        match self {
            Self::Everyone => Ok(()),
            Self::Oneself { user, permission } => {
                let is_own = people.into_iter().all(|person| person == user);
                if is_own { Ok(()) } else { Err(Refusal::PermissionRequired(permission)) }
            }
        }
    }
}
