//! `POST /api/notifications/bulk-read`: what the caller has seen.

use shared::app::App;
use shared::auth::Permission;
use shared::domain::inbox::Selection;
use shared::http::surface::InboxAndWatching;
use shared::http::surface::notifications::{NotificationIdsBody, all_are_theirs};
use shared::http::{Inbound, NoContent};

/// Marks notifications of the caller as read, all of them or none.
///
/// # Errors
///
/// 400, 413 and 415 for a body that cannot be read, 422 with a message for each id that is not that
/// of a notification of the caller's, 401 without a good credential, 403 to a machine and without
/// `notifications:update`, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<NoContent, InboxAndWatching> {
    let person = app.person(&request).await?;
    person.require(Permission::NotificationsUpdate)?;
    let selected: Selection = request.json::<NotificationIdsBody>()?.into();
    let now = app.now();
    let cut_off = app.inbox_retention.cut_off(now);
    let places_of_others =
        app.store.mark_notifications_read(&person, &selected, cut_off, now).await?;
    all_are_theirs(places_of_others)?;
    Ok(NoContent)
}
