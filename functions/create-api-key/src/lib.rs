//! `POST /v1/api-keys`: a key for a machine.

use shared::app::App;
use shared::domain::api_key::NewApiKey;
use shared::http::surface::Platform;
use shared::http::surface::api_keys::NewApiKeyView;
use shared::http::{Created, Inbound};

/// Makes an API key of the caller's org unit, and shows its secret this one time.
///
/// # Errors
///
/// 400 for a bad body or without an org unit, 401 without a good credential, 403 for anyone but an
/// admin, 413, 415, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Created<NewApiKeyView>, Platform> {
    let admin = app.person(&request).await?;
    admin.require_admin()?;
    let now = app.now();
    let new: NewApiKey = request.json_in(&now)?;
    let owner = admin.org_unit();
    let made = app.store.create_api_key(owner, new, now, || app.new_api_key()).await?;
    Ok(Created(made.into()))
}
