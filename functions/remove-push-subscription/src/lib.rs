//! `DELETE /v1/me/push-subscriptions/{id}`: a browser that is to be told nothing any more.

use shared::app::App;
use shared::domain::push::PushSubscriptionId;
use shared::failure::Failure;
use shared::http::surface::Platform;
use shared::http::{Inbound, NoContent};

/// Takes a push subscription of the caller away.
///
/// # Errors
///
/// 400 without an org unit, 401 without a good credential, 403 for an API key, 404 if the caller has no
/// such subscription, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<NoContent, Platform> {
    let person = app.person(&request).await?;
    let id = request.path_parameter("id").parse::<PushSubscriptionId>();
    let id = id.map_err(|_no_id| Failure::NotFound)?;
    if !app.store.remove_push_subscription(&person, id, app.unique_id()).await? {
        return Err(Failure::NotFound.into());
    }
    Ok(NoContent)
}
