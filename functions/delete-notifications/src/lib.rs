//! `POST /api/notifications/bulk-delete`: what the caller is done with.

use shared::app::App;
use shared::auth::Permission;
use shared::domain::inbox::Selection;
use shared::http::surface::InboxAndWatching;
use shared::http::surface::notifications::{NotificationIdsBody, all_are_theirs};
use shared::http::{Inbound, NoContent};

/// Deletes notifications of the caller, all of them or none.
///
/// # Errors
///
/// 400, 413 and 415 for a body that cannot be read, 422 with a message for each id that is not that
/// of a notification of the caller's, 401 without a good credential, 403 to a machine and without
/// `notifications:delete`, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<NoContent, InboxAndWatching> {
    let person = app.person(&request).await?;
    person.require(Permission::NotificationsDelete)?;
    let selected: Selection = request.json::<NotificationIdsBody>()?.into();
    let now = app.now();
    let cut_off = app.inbox_retention.cut_off(now);
    let unique = app.unique_id();
    let places_of_others =
        app.store.delete_notifications(&person, &selected, cut_off, now, unique).await?;
    all_are_theirs(places_of_others)?;
    Ok(NoContent)
}
