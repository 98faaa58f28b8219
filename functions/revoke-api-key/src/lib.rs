//! `DELETE /v1/api-keys/{id}`: taking a key back.

use shared::app::App;
use shared::domain::api_key::ApiKeyId;
use shared::failure::Failure;
use shared::http::surface::Platform;
use shared::http::{Inbound, NoContent};

/// Revokes an API key of the caller's org unit.
///
/// # Errors
///
/// 400 without an org unit, 401 without a good credential, 403 for anyone but an admin, 404 if the
/// org unit has no such key, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<NoContent, Platform> {
    let person = app.person(&request).await?;
    let admin = person.require_admin()?;
    let id = ApiKeyId::parse(request.path_parameter("id")).map_err(|_no_id| Failure::NotFound)?;
    if !app.store.revoke_api_key(admin, id, app.now()).await? {
        return Err(Failure::NotFound.into());
    }
    Ok(NoContent)
}
