//! How far the members of an org unit have Slack users.

/// Of how many members, and how many of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IdentityStatus {
    /// Members who took up their invitation.
    pub total: u64,
    /// Those of them who are mapped to a Slack user.
    pub mapped: u64,
}
