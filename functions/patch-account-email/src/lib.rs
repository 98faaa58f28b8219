//! `PATCH /v1/me/notifications`: choosing which account emails the caller gets.

use shared::app::App;
use shared::domain::account_email::AccountEmailPatch;
use shared::http::surface::AccountEmail;
use shared::http::surface::account_email::{AccountEmailBody, AccountEmailView};
use shared::http::{Inbound, Json};

/// Merges a patch into the caller's toggles, and shows all of them as they are then.
///
/// # Errors
///
/// 400, 413 and 415 for a body that cannot be read, 422 for one that cannot be meant, 401 without
/// a good credential, 403 to a machine, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Json<AccountEmailView>, AccountEmail> {
    let person = app.person(&request).await?;
    let patch: AccountEmailPatch = request.json_or_default::<AccountEmailBody>()?.into();
    let preferences = app.store.merge_account_email(&person, &patch).await?;
    Ok(Json(preferences.into()))
}
