//! The lead alerts' wire: what a body may say, what an answer shows, how an error reads.

mod slack;

use deserr::Deserr;
use http::StatusCode;
use serde::Serialize;

pub use slack::{IdentityStatusView, MemberSlackBody, SyncReportView};

use super::{Surface, problem};
use crate::domain::lead_alert::{
    LeadAlertChange, LeadAlertPreferences, LeadEvent, UnknownLeadEvent,
};
use crate::failure::Failure;
use crate::http::violation::{IfGiven, Refused, Violations};
use crate::http::{Outbound, RequestId};

/// The errors of the lead alerts, as problem details.
#[derive(Debug)]
pub struct LeadAlerts(Failure);

impl<E: Into<Failure>> From<E> for LeadAlerts {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl Surface for LeadAlerts {
    fn failure(&self) -> &Failure {
        &self.0
    }

    /// An API key is no credential here: the surface knows people only.
    fn render(&self, request_id: &RequestId) -> Outbound {
        problem::render(&self.0, StatusCode::UNAUTHORIZED, request_id)
    }
}

/// The body of `PUT /me/notification-prefs`.
#[derive(Debug, Deserr)]
#[deserr(error = Violations, deny_unknown_fields)]
pub struct LeadAlertBody {
    #[deserr(default)]
    notifications_enabled: IfGiven<bool>,
    #[deserr(default)]
    prefs: Vec<MuteBody>,
}

#[derive(Debug, Deserr)]
#[deserr(error = Violations, deny_unknown_fields)]
struct MuteBody {
    #[deserr(try_from(String) = parse_event -> Refused<UnknownLeadEvent>)]
    event_type: LeadEvent,
    muted: bool,
}

fn parse_event(name: String) -> Result<LeadEvent, Refused<UnknownLeadEvent>> {
    name.parse().map_err(Refused)
}

/// Of an event that comes twice, the last entry holds.
impl From<LeadAlertBody> for LeadAlertChange {
    fn from(body: LeadAlertBody) -> Self {
        let LeadAlertBody { notifications_enabled, prefs } = body;
        let muted = prefs.into_iter().map(|MuteBody { event_type, muted }| (event_type, muted));
        Self { notifications_enabled: notifications_enabled.0, muted: muted.collect() }
    }
}

/// The answer of `GET /me/notification-prefs`.
#[derive(Debug, Serialize)]
pub struct LeadAlertView {
    notifications_enabled: bool,
    slack_user_id: Option<String>,
    prefs: [MuteView; LeadEvent::ALL.len()],
}

#[derive(Debug, Serialize)]
struct MuteView {
    event_type: &'static str,
    muted: bool,
}

impl From<LeadAlertPreferences> for LeadAlertView {
    fn from(preferences: LeadAlertPreferences) -> Self {
        let prefs = LeadEvent::ALL
            .map(|event| MuteView { event_type: event.name(), muted: preferences.is_muted(event) });
        Self {
            notifications_enabled: preferences.notifications_enabled,
            slack_user_id: preferences.slack_user_id.map(|id| id.masked()),
            prefs,
        }
    }
}
