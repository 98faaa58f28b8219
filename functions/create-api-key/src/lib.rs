//! `POST /v1/api-keys`: a key for a machine.

use shared::app::App;
use shared::domain::api_key::NewApiKey;
use shared::http::surface::Platform;
use shared::http::surface::api_keys::MadeApiKeyView;
use shared::http::{Created, Inbound};

/// Makes an API key of the caller's org unit, and shows its secret this one time.
///
/// # Errors
///
/// 400 for a bad body or without an org unit, 401 without a good credential, 403 for anyone but an
/// admin, 413, 415, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Created<MadeApiKeyView>, Platform> {
    let person = app.person(&request).await?;
    let admin = person.require_admin()?;
    let now = app.now();
    let new: NewApiKey = request.json_in(&now)?;
    let made = app.store.create_api_key(admin, new, now, || app.new_api_key()).await?;
    Ok(Created(made.into()))
}
