//! `GET /v1/api-keys`: which machines may call.

use shared::app::App;
use shared::http::surface::Platform;
use shared::http::surface::api_keys::ApiKeyList;
use shared::http::{Inbound, Json};

/// Lists the API keys of the caller's org unit that were not revoked, the newest first.
///
/// # Errors
///
/// 400 without an org unit, 401 without a good credential, 403 for anyone but an admin, 503 while
/// the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Json<ApiKeyList>, Platform> {
    let person = app.person(&request).await?;
    let keys = app.store.api_keys(person.require_admin()?).await?;
    Ok(Json(keys.into()))
}
