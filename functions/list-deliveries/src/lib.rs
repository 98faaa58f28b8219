//! `GET /v1/deliveries`: what became of an event outside people's inboxes.

use shared::app::App;
use shared::auth::Permission;
use shared::http::surface::Platform;
use shared::http::surface::deliveries::{DeliveriesQuery, DeliveryList};
use shared::http::{Inbound, Json};

/// Lists to whom an event was delivered outside their inbox, over which channel, and what became of it.
///
/// # Errors
///
/// 400 for a bad query, with every fault, or without an org unit, 401 without a good credential, 403
/// without `deliveries:read`, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Json<DeliveryList>, Platform> {
    let caller = app.caller(&request).await?;
    caller.require(Permission::DeliveriesRead)?;
    let query: DeliveriesQuery = request.query()?;
    let (told, after) = (query.told(), query.after());
    let page = app.store.deliveries(caller.org_unit(), told, after, app.now()).await?;
    Ok(Json(page.into()))
}
