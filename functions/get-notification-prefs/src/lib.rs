//! `GET /me/notification-prefs`: what the caller hears about their leads.

use shared::app::App;
use shared::http::surface::LeadAlerts;
use shared::http::surface::lead_alerts::LeadAlertView;
use shared::http::{Inbound, Json};

/// Shows the caller's lead-alert preferences: always all four events, defaults filled in.
///
/// # Errors
///
/// 400 without an org unit, 401 without a person's token, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Json<LeadAlertView>, LeadAlerts> {
    let person = app.person(&request).await?;
    let preferences = app.store.lead_alerts(&person).await?;
    Ok(Json(preferences.into()))
}
