//! What a caller may do, beyond their own preferences.

use std::fmt;
use std::str::FromStr;

/// A permission. The list is fixed: what is not in it is another application's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Read one's channel preferences.
    MessagingRead,
    /// Change one's channel preferences.
    MessagingUpdate,
    /// Mark one's notifications read or unread.
    NotificationsUpdate,
    /// Delete one's notifications.
    NotificationsDelete,
    /// See and flip one's issue watches.
    IssuesRead,
    /// Flip one's report watches.
    ReportsRead,
    /// See every project of the org unit.
    ProjectsAll,
    /// Send events.
    EventsWrite,
    /// Send events that change the directory.
    DirectoryWrite,
    /// Send account notices.
    NoticesWrite,
    /// Ask for anyone's decisions.
    DecisionsRead,
    /// See anyone's deliveries.
    DeliveriesRead,
}

impl Permission {
    /// Every permission there is.
    pub const ALL: [Self; 12] = [
        Self::MessagingRead,
        Self::MessagingUpdate,
        Self::NotificationsUpdate,
        Self::NotificationsDelete,
        Self::IssuesRead,
        Self::ReportsRead,
        Self::ProjectsAll,
        Self::EventsWrite,
        Self::DirectoryWrite,
        Self::NoticesWrite,
        Self::DecisionsRead,
        Self::DeliveriesRead,
    ];

    /// The permission's name in tokens and API keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MessagingRead => "messaging:read",
            Self::MessagingUpdate => "messaging:update",
            Self::NotificationsUpdate => "notifications:update",
            Self::NotificationsDelete => "notifications:delete",
            Self::IssuesRead => "issues:read",
            Self::ReportsRead => "reports:read",
            Self::ProjectsAll => "projects:all",
            Self::EventsWrite => "events:write",
            Self::DirectoryWrite => "directory:write",
            Self::NoticesWrite => "notices:write",
            Self::DecisionsRead => "decisions:read",
            Self::DeliveriesRead => "deliveries:read",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No permission has that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a permission")]
pub struct UnknownPermission;

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|permission| permission.name() == name).ok_or(UnknownPermission)
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Permissions(u16);

impl Permissions {
    /// Whether the set holds the permission.
    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether the set holds nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each permission of the set, in the order of [`Permission::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |bits, permission| bits | permission.bit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        for held in Permission::ALL {
            let set = Permissions::from_iter([held]);
            for asked in Permission::ALL {
                assert_eq!(set.contains(asked), asked == held);
            }
            assert_eq!(set.iter().collect::<Vec<_>>(), [held]);
            assert!(!set.is_empty());
        }
        assert!(Permissions::default().is_empty());
        assert_eq!(Permissions::from_iter(Permission::ALL).iter().count(), 12);
    }

    #[test]
    fn every_permission_is_found_by_its_name() {
        for permission in Permission::ALL {
            assert_eq!(permission.name().parse(), Ok(permission));
        }
        assert_eq!("messaging".parse::<Permission>(), Err(UnknownPermission));
    }
}
