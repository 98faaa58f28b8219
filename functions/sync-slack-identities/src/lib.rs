//! `POST /integrations/slack/sync-identities`: looking for an org unit's members at Slack.

use shared::app::App;
use shared::http::surface::LeadAlerts;
use shared::http::surface::lead_alerts::SyncReportView;
use shared::http::{Inbound, Json};
use shared::identities;

/// Maps the members of the caller's org unit to the Slack users who have their addresses.
///
/// # Errors
///
/// 400 without an org unit or without Slack, 401 without a person's token, 403 for anyone but an
/// admin, 413, 502 if Slack refuses, 503 if it has to be asked for again to go on.
pub async fn handle(app: &App, request: Inbound) -> Result<Json<SyncReportView>, LeadAlerts> {
    let person = app.person(&request).await?;
    let admin = person.require_admin()?;
    request.pass_body()?;
    Ok(Json(identities::sync(app, admin).await?.into()))
}
