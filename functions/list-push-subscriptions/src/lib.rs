//! `GET /v1/me/push-subscriptions`: which browsers are told things, and the key to subscribe one with.

use shared::app::App;
use shared::http::surface::Platform;
use shared::http::surface::push_subscriptions::PushSubscriptionList;
use shared::http::{Inbound, Json};

/// Lists the caller's push subscriptions, the oldest first, with the key that a browser subscribes with.
///
/// # Errors
///
/// 400 without an org unit, 401 without a good credential, 403 for an API key, 503 while the store, or
/// whoever keeps the keys, is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Json<PushSubscriptionList>, Platform> {
    let person = app.person(&request).await?;
    let key = app.push().key_to_subscribe_with(app.now()).await?;
    let subscriptions = app.store.push_subscriptions(&person).await?;
    Ok(Json(PushSubscriptionList::new(key, subscriptions)))
}
