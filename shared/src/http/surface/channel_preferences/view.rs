//! What the answers show.

use serde::Serialize;

use crate::domain::channel_preference::{ChannelPreference, ChannelSettings, Digest, Scope};
use crate::domain::timestamp::to_rfc3339;

/// A row.
#[derive(Debug, Serialize)]
pub struct ChannelPreferenceView {
    id: String,
    object: &'static str,
    category: Option<String>,
    in_app_enabled: bool,
    email_enabled: bool,
    push_enabled: bool,
    digest: Digest,
    created_at: String,
    updated_at: String,
}

impl From<ChannelPreference> for ChannelPreferenceView {
    fn from(row: ChannelPreference) -> Self {
        let ChannelPreference { scope, settings, id, created_at, updated_at } = row;
        let ChannelSettings { in_app, email, push, digest } = settings;
        Self {
            id: id.as_str().to_owned(),
            object: "notification_preference",
            category: match scope {
                Scope::Global => None,
                Scope::Category(category) => Some(category.to_string()),
            },
            in_app_enabled: in_app,
            email_enabled: email,
            push_enabled: push,
            digest,
            created_at: to_rfc3339(created_at),
            updated_at: to_rfc3339(updated_at),
        }
    }
}

/// All rows, on one page: there is at most one for each category.
#[derive(Debug, Serialize)]
pub struct ChannelPreferenceList {
    object: &'static str,
    page_info: PageInfo,
    data: Vec<ChannelPreferenceView>,
}

#[derive(Debug, Serialize)]
struct PageInfo {
    next_page_url: Option<String>,
    previous_page_url: Option<String>,
    has_next_page: bool,
    has_prev_page: bool,
}

impl From<Vec<ChannelPreference>> for ChannelPreferenceList {
    fn from(mut rows: Vec<ChannelPreference>) -> Self {
        rows.sort_by(|a, b| a.scope.cmp(&b.scope));
        Self {
            object: "list",
            page_info: PageInfo {
                next_page_url: None,
                previous_page_url: None,
                has_next_page: false,
                has_prev_page: false,
            },
            data: rows.into_iter().map(ChannelPreferenceView::from).collect(),
        }
    }
}
