//! The inbox's wire: which page is asked for, what is on it, what is picked out of it.

mod body;
mod cursor;
mod query;
mod view;

use http::HeaderName;
use http::header::LINK;

pub use body::{NotificationIdsBody, all_are_theirs};
pub use query::NotificationsQuery;
pub use view::NotificationView;

use crate::domain::inbox::{Page, PageRequest, UnreadCount};
use crate::http::{Inbound, Tagged};

const X_UNREAD_COUNT: HeaderName = HeaderName::from_static("x-unread-count");

/// Shows a page: its notifications, how many are unread in all, and where the next page is (RFC
/// 8288), unless it is the last.
#[must_use]
pub fn show_page(
    request: &Inbound,
    wanted: &PageRequest,
    page: Page,
) -> Tagged<Vec<NotificationView>> {
    let Page { notifications, goes_on_after, unread } = page;
    let unread = match unread {
        UnreadCount::Exactly(unread) => unread.to_string(),
        UnreadCount::More => "100+".to_owned(),
    };
    let next = goes_on_after.map(|last| {
        let query = query::to_next_page(wanted, last);
        (LINK, format!("<{}?{query}>; rel=\"next\"", request.path()))
    });
    let headers = next.into_iter().chain([(X_UNREAD_COUNT, unread)]).collect();
    Tagged::new(request, headers, notifications.into_iter().map(NotificationView::from).collect())
}
