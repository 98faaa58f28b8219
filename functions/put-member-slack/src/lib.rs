//! `PUT /members/{org_member_id}/slack`: lets the caller in, and nothing else yet.

use std::collections::BTreeMap;

use shared::app::App;
use shared::http::surface::LeadAlerts;
use shared::http::{Inbound, Json};

/// Lets the caller in, and shows them an empty object.
///
/// # Errors
///
/// 400 without an org unit, 401 without a person's token.
pub async fn handle(
    app: &App,
    request: Inbound,
) -> Result<Json<BTreeMap<String, String>>, LeadAlerts> {
    app.person(&request).await?;
    Ok(Json(BTreeMap::new()))
}
