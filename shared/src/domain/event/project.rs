//! What happens in projects and teams.

use deserr::Deserr;
use serde::{Deserialize, Serialize};

use crate::domain::id::{ProjectId, ReportId, TeamId, UserId};
use crate::domain::text::Line;

/// A project, as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct ProjectRef {
    /// Which it is.
    pub id: ProjectId,
    /// What people call it.
    pub name: Line,
}

/// A team, as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct TeamRef {
    /// Which it is.
    pub id: TeamId,
    /// What people call it.
    pub name: Line,
}

/// A report, as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct ReportRef {
    /// Which it is.
    pub id: ReportId,
    /// What it is about.
    pub title: Line,
}

/// `project.created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct ProjectCreated {
    /// The project.
    pub project: ProjectRef,
    /// Who created it.
    pub actor: UserId,
    /// Who owns it, and is its first member.
    pub owner: UserId,
}

/// `project.member_added`, `project.member_removed`: someone came into a project, or left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct ProjectMembership {
    /// The project.
    pub project: ProjectRef,
    /// Who added or removed them.
    pub actor: UserId,
    /// Who came or left.
    pub member: UserId,
}

/// `team.member_added`: someone came into a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct TeamMembership {
    /// The team.
    pub team: TeamRef,
    /// Who added them.
    pub actor: UserId,
    /// Who came.
    pub member: UserId,
}

/// `report.created`: a project has a new report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct ReportCreated {
    /// The project it is of.
    pub project: ProjectRef,
    /// The report.
    pub report: ReportRef,
    /// Who created it.
    pub actor: UserId,
}
