//! Activity preferences: what attaches a person to an issue, and what reaches them by email.

use std::collections::BTreeMap;

/// One of the nine switches of a profile. All are on until a person sets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActivityToggle {
    /// Watch what one creates.
    AutoWatchOnCreate,
    /// Watch what one is assigned to.
    AutoWatchOnAssigned,
    /// Watch what one comments on.
    AutoWatchOnCommented,
    /// Email about mentions.
    NotifyMentions,
    /// Email about being assigned or unassigned.
    NotifyAssignment,
    /// Email about being added to a project.
    NotifyProjectMembership,
    /// Email about being added to a team.
    NotifyTeamMembership,
    /// Email about comments and moves of watched issues.
    NotifyWatchedActivityEmail,
    /// Email about new reports of watched projects.
    NotifyReportActivityEmail,
}

impl ActivityToggle {
    /// Every toggle, in the order in which answers list them.
    pub const ALL: [Self; 9] = [
        Self::AutoWatchOnCreate,
        Self::AutoWatchOnAssigned,
        Self::AutoWatchOnCommented,
        Self::NotifyMentions,
        Self::NotifyAssignment,
        Self::NotifyProjectMembership,
        Self::NotifyTeamMembership,
        Self::NotifyWatchedActivityEmail,
        Self::NotifyReportActivityEmail,
    ];

    /// What holds while the person has not chosen.
    pub const DEFAULT: bool = true;

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AutoWatchOnCreate => "auto_watch_on_create",
            Self::AutoWatchOnAssigned => "auto_watch_on_assigned",
            Self::AutoWatchOnCommented => "auto_watch_on_commented",
            Self::NotifyMentions => "notify_mentions",
            Self::NotifyAssignment => "notify_assignment",
            Self::NotifyProjectMembership => "notify_project_membership",
            Self::NotifyTeamMembership => "notify_team_membership",
            Self::NotifyWatchedActivityEmail => "notify_watched_activity_email",
            Self::NotifyReportActivityEmail => "notify_report_activity_email",
        }
    }
}

/// The nine switches of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivityPreferences([bool; ActivityToggle::ALL.len()]);

impl ActivityPreferences {
    /// Preferences from what is stored; what was never set is on.
    #[must_use]
    pub fn from_stored(chosen: &BTreeMap<ActivityToggle, bool>) -> Self {
        Self::from_fn(|toggle| chosen.get(&toggle).copied().unwrap_or(ActivityToggle::DEFAULT))
    }

    /// Each switch as the function says.
    #[must_use]
    pub fn from_fn(is_on: impl Fn(ActivityToggle) -> bool) -> Self {
        Self(ActivityToggle::ALL.map(is_on))
    }

    /// Whether the switch is on.
    #[must_use]
    pub fn is_on(&self, toggle: ActivityToggle) -> bool {
        ActivityToggle::ALL.iter().zip(self.0).any(|(each, is_on)| *each == toggle && is_on)
    }
}
