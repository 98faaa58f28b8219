//! `GET /integrations/slack/identity-status`: how far members have Slack users.

use shared::app::App;
use shared::http::surface::LeadAlerts;
use shared::http::surface::lead_alerts::IdentityStatusView;
use shared::http::{Inbound, Json};

/// Counts the confirmed members of the caller's org unit, and those mapped to a Slack user.
///
/// # Errors
///
/// 400 without an org unit, 401 without a person's token, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Json<IdentityStatusView>, LeadAlerts> {
    let person = app.person(&request).await?;
    let status = app.store.identity_status(&person).await?;
    Ok(Json(status.into()))
}
