//! Who a person is, and their activity preferences.

use super::activity::ActivityPreferences;
use super::id::UserId;

/// What a person sees of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Who they are.
    pub user: UserId,
    /// The first name, where it is known.
    pub first_name: Option<String>,
    /// The last name, where it is known.
    pub last_name: Option<String>,
    /// The address, where it is known.
    pub email: Option<String>,
    /// What attaches them, and what reaches them by email.
    pub activity: ActivityPreferences,
}
