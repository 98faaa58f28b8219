//! `PUT /me/notification-prefs`: changing what the caller hears about their leads.

use shared::app::App;
use shared::domain::lead_alert::LeadAlertChange;
use shared::http::surface::LeadAlerts;
use shared::http::surface::lead_alerts::LeadAlertBody;
use shared::http::{Inbound, Status};

/// Merges a change into the caller's lead-alert preferences; what it leaves out keeps its value.
///
/// # Errors
///
/// 400 without an org unit or for a bad body, 401 without a person's token, 413, 415, 503 while
/// the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Status, LeadAlerts> {
    let person = app.person(&request).await?;
    let change: LeadAlertChange = request.json::<LeadAlertBody>()?.into();
    app.store.merge_lead_alerts(&person, &change).await?;
    Ok(Status::OK)
}
