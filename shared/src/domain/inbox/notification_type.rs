//! What kinds of things people are notified of.

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationType {
    /// An issue was assigned to them, or they were unassigned from it.
    Assignment,
    /// Someone commented on an issue that they watch.
    Comment,
    /// An issue that they watch went to another lane.
    LaneChange,
    /// Someone mentioned them in a comment.
    Mention,
    /// Someone added them to a project.
    ProjectMembership,
    /// Someone added them to a team.
    TeamMembership,
    /// There is a new report in a project whose reports they watch.
    ReportCreated,
    /// A message is for them.
    Message,
}

impl NotificationType {
    /// Every type there is.
    pub const ALL: [Self; 8] = [
        Self::Assignment,
        Self::Comment,
        Self::LaneChange,
        Self::Mention,
        Self::ProjectMembership,
        Self::TeamMembership,
        Self::ReportCreated,
        Self::Message,
    ];

    /// The type's number, on the wire and in the store.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Assignment => 1,
            Self::Comment => 2,
            Self::LaneChange => 3,
            Self::Mention => 4,
            Self::ProjectMembership => 5,
            Self::TeamMembership => 6,
            Self::ReportCreated => 7,
            Self::Message => 8,
        }
    }

    /// The type that has this number, if one has.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.number() == number)
    }
}
