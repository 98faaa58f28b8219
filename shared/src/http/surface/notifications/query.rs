//! The query of `GET /api/notifications`.

use deserr::Deserr;

use super::cursor::{Cursor, InvalidCursor};
use crate::domain::inbox::{InvalidPageLimit, NotificationId, PageLimit, PageRequest};
use crate::http::violation::{Refused, Violations};

/// Which notifications are asked for. Parameters of other names are passed over.
#[derive(Debug, Deserr)]
#[deserr(error = Violations)]
pub struct NotificationsQuery {
    #[deserr(default)]
    limit: Option<Limit>,
    #[deserr(default)]
    cursor: Option<After>,
    #[deserr(default)]
    unread: Option<OnlyUnread>,
}

#[derive(Debug, Deserr)]
#[deserr(error = Violations, try_from(String) = parse_limit -> Refused<InvalidPageLimit>)]
struct Limit(PageLimit);

fn parse_limit(text: String) -> Result<Limit, Refused<InvalidPageLimit>> {
    text.parse().map(Limit).map_err(Refused)
}

#[derive(Debug, Deserr)]
#[deserr(error = Violations, try_from(String) = parse_cursor -> Refused<InvalidCursor>)]
struct After(Cursor);

fn parse_cursor(text: String) -> Result<After, Refused<InvalidCursor>> {
    text.parse().map(After).map_err(Refused)
}

#[derive(Debug, Deserr)]
#[deserr(error = Violations, try_from(String) = parse_flag -> Refused<NoFlag>)]
struct OnlyUnread(bool);

#[derive(Debug, thiserror::Error)]
#[error("must be true or false")]
struct NoFlag;

fn parse_flag(text: String) -> Result<OnlyUnread, Refused<NoFlag>> {
    text.parse().map(OnlyUnread).map_err(|_neither| Refused(NoFlag))
}

impl From<NotificationsQuery> for PageRequest {
    fn from(NotificationsQuery { limit, cursor, unread }: NotificationsQuery) -> Self {
        Self {
            after: cursor.map(|After(Cursor(last))| last),
            limit: limit.map(|Limit(limit)| limit).unwrap_or_default(),
            only_unread: unread.is_some_and(|OnlyUnread(flag)| flag),
        }
    }
}

/// The query that asks for what comes after the last notification of this page, in the same way.
pub(super) fn to_next_page(wanted: &PageRequest, last: NotificationId) -> String {
    let PageRequest { after: _, limit, only_unread } = wanted;
    let unread = if *only_unread { "&unread=true" } else { "" };
    format!("cursor={}&limit={}{unread}", Cursor(last).to_text(), limit.as_u8())
}
