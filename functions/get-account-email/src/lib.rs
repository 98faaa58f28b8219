//! `GET /v1/me/notifications`: which account emails the caller gets.

use shared::app::App;
use shared::http::surface::AccountEmail;
use shared::http::surface::account_email::AccountEmailView;
use shared::http::{Inbound, Json};

/// Shows which account emails the caller gets: every toggle, defaults filled in.
///
/// # Errors
///
/// 401 without a good credential, 403 to a machine, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Json<AccountEmailView>, AccountEmail> {
    let person = app.person(&request).await?;
    let preferences = app.store.account_email(&person).await?;
    Ok(Json(preferences.into()))
}
