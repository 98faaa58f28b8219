//! The profile's wire: nine switches, and who they are of.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde::Serialize;

use super::id_view::IdView;
use crate::domain::activity::{ActivityPreferences, ActivityToggle};
use crate::domain::profile::Profile;
use crate::http::violation::{Violation, ViolationKind, Violations};

/// The body of `POST /api/profile/notification-preferences`: all nine, whatever else is there.
#[derive(Debug, Deserr)]
#[deserr(error = Violations)]
pub struct ActivityBody {
    auto_watch_on_create: Flag,
    auto_watch_on_assigned: Flag,
    auto_watch_on_commented: Flag,
    notify_mentions: Flag,
    notify_assignment: Flag,
    notify_project_membership: Flag,
    notify_team_membership: Flag,
    notify_watched_activity_email: Flag,
    notify_report_activity_email: Flag,
}

/// A boolean, or what forms send for one.
#[derive(Debug, Clone, Copy)]
struct Flag(bool);

impl Deserr<Violations> for Flag {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Violations> {
        match value {
            Value::Boolean(flag) => return Ok(Self(flag)),
            Value::Integer(0) => return Ok(Self(false)),
            Value::Integer(1) => return Ok(Self(true)),
            Value::String(text) if text == "0" => return Ok(Self(false)),
            Value::String(text) if text == "1" => return Ok(Self(true)),
            Value::Null
            | Value::Integer(_)
            | Value::NegativeInteger(_)
            | Value::Float(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Map(_) => {}
        }
        let kind = ViolationKind::WrongType { expected: "true or false".to_owned() };
        Err(Violation { path: location.into(), kind }.into())
    }
}

impl From<ActivityBody> for ActivityPreferences {
    fn from(body: ActivityBody) -> Self {
        let ActivityBody {
            auto_watch_on_create,
            auto_watch_on_assigned,
            auto_watch_on_commented,
            notify_mentions,
            notify_assignment,
            notify_project_membership,
            notify_team_membership,
            notify_watched_activity_email,
            notify_report_activity_email,
        } = body;
        Self::from_fn(|toggle| match toggle {
            ActivityToggle::AutoWatchOnCreate => auto_watch_on_create.0,
            ActivityToggle::AutoWatchOnAssigned => auto_watch_on_assigned.0,
            ActivityToggle::AutoWatchOnCommented => auto_watch_on_commented.0,
            ActivityToggle::NotifyMentions => notify_mentions.0,
            ActivityToggle::NotifyAssignment => notify_assignment.0,
            ActivityToggle::NotifyProjectMembership => notify_project_membership.0,
            ActivityToggle::NotifyTeamMembership => notify_team_membership.0,
            ActivityToggle::NotifyWatchedActivityEmail => notify_watched_activity_email.0,
            ActivityToggle::NotifyReportActivityEmail => notify_report_activity_email.0,
        })
    }
}

/// A person's profile.
#[derive(Debug, Serialize)]
pub struct ProfileView {
    id: IdView,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    auto_watch_on_create: bool,
    auto_watch_on_assigned: bool,
    auto_watch_on_commented: bool,
    notify_mentions: bool,
    notify_assignment: bool,
    notify_project_membership: bool,
    notify_team_membership: bool,
    notify_watched_activity_email: bool,
    notify_report_activity_email: bool,
}

impl From<Profile> for ProfileView {
    fn from(profile: Profile) -> Self {
        let Profile { user, first_name, last_name, email, activity } = profile;
        Self {
            id: IdView::from(&user),
            first_name,
            last_name,
            email,
            auto_watch_on_create: activity.is_on(ActivityToggle::AutoWatchOnCreate),
            auto_watch_on_assigned: activity.is_on(ActivityToggle::AutoWatchOnAssigned),
            auto_watch_on_commented: activity.is_on(ActivityToggle::AutoWatchOnCommented),
            notify_mentions: activity.is_on(ActivityToggle::NotifyMentions),
            notify_assignment: activity.is_on(ActivityToggle::NotifyAssignment),
            notify_project_membership: activity.is_on(ActivityToggle::NotifyProjectMembership),
            notify_team_membership: activity.is_on(ActivityToggle::NotifyTeamMembership),
            notify_watched_activity_email: activity
                .is_on(ActivityToggle::NotifyWatchedActivityEmail),
            notify_report_activity_email: activity.is_on(ActivityToggle::NotifyReportActivityEmail),
        }
    }
}
