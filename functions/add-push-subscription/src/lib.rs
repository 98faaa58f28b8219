//! `POST /v1/me/push-subscriptions`: a browser that is to be told things.

use shared::app::App;
use shared::domain::push::{NewPushSubscription, PushSubscriptionId};
use shared::http::Inbound;
use shared::http::surface::Platform;
use shared::http::surface::push_subscriptions::PushSubscriptionAdded;

/// Adds a push subscription of the caller; of an endpoint that is known, replaces the keys.
///
/// It counts as made with the current one of our keys: a browser does not say which it was given.
///
/// # Errors
///
/// 400 for a bad body, without an org unit, or while Web Push is off, 401 without a good credential, 403
/// for an API key, 409 for an eleventh, 413, 415, 503 while the store, or whoever keeps the keys, is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<PushSubscriptionAdded, Platform> {
    let person = app.person(&request).await?;
    let new: NewPushSubscription = request.json_in(app.push().allowed_hosts())?;
    let (now, by) = (app.now(), app.unique_id());
    let made_with = app.push().application_server_key(now).await?;
    let added = app.store.add_push_subscription(&person, &new, &made_with, by, now).await?;
    Ok(PushSubscriptionAdded::new(PushSubscriptionId::of(&new.endpoint), added)?)
}
