//! `GET /api/notifications`: what is in the caller's inbox.

use shared::app::App;
use shared::domain::inbox::PageRequest;
use shared::http::surface::InboxAndWatching;
use shared::http::surface::notifications::{NotificationView, NotificationsQuery, show_page};
use shared::http::{Inbound, Tagged};

/// Shows a page of the caller's notifications, the newest first, and how many are unread.
///
/// # Errors
///
/// 401 without a good credential, 403 to a machine, 422 with a message for each parameter that is
/// wrong, 503 while the store is busy.
pub async fn handle(
    app: &App,
    request: Inbound,
) -> Result<Tagged<Vec<NotificationView>>, InboxAndWatching> {
    let person = app.person(&request).await?;
    let wanted: PageRequest = request.query::<NotificationsQuery>()?.into();
    let cut_off = app.inbox_retention.cut_off(app.now());
    let page = app.store.notifications(&person, &wanted, cut_off).await?;
    Ok(show_page(&request, &wanted, page))
}
