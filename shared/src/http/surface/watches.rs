//! The wire of watches: what is shown of them, and what is wrong with a request to flip one.

use serde::Serialize;

use super::id_view::IdView;
use crate::domain::id::UserId;
use crate::domain::watch::MOST_REPORT_WATCHERS;
use crate::http::body::BodyFault;
use crate::http::path::Path;
use crate::http::violation::{Violation, ViolationKind, Violations};

/// Whether the caller watches an issue.
#[derive(Debug, Serialize)]
pub struct WatchView {
    watching: bool,
}

impl From<bool> for WatchView {
    fn from(watching: bool) -> Self {
        Self { watching }
    }
}

/// Who watches a project's reports: numbers, the smallest first, then texts.
#[derive(Debug, Serialize)]
pub struct ReportWatchersView {
    report_watcher_ids: Vec<IdView>,
}

impl From<Vec<UserId>> for ReportWatchersView {
    fn from(mut watchers: Vec<UserId>) -> Self {
        // A text is no number, and those come last.
        watchers.sort_by_cached_key(|user| {
            (user.as_integer().unwrap_or(u64::MAX), user.as_str().to_owned())
        });
        Self { report_watcher_ids: watchers.iter().map(IdView::from).collect() }
    }
}

fn invalid(field: &str, rule: String) -> BodyFault {
    let path = Path::ROOT.field(field);
    let violation = Violation { path, kind: ViolationKind::NotAllowed { rule } };
    BodyFault::Invalid(Violations::from(violation))
}

/// The key of a request that may be sent again is none, or that of another request.
#[must_use]
pub fn wrong_idempotency_key(rule: &str) -> BodyFault {
    invalid("Idempotency-Key", rule.to_owned())
}

/// As many watch a project's reports as may.
#[must_use]
pub fn too_many_watchers() -> BodyFault {
    let rule = format!("must not hold more than {MOST_REPORT_WATCHERS} ids");
    invalid("report_watcher_ids", rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_first_by_their_size_then_texts() {
        let ids = ["b", "10", "9", "007", "auth0|7", "9007199254740992", "4", "B"];
        let ids = ids.map(|id| UserId::parse(id).unwrap()).to_vec();
        let shown = serde_json::to_value(ReportWatchersView::from(ids)).unwrap();
        let expected =
            serde_json::json!([4, 9, 10, "007", "9007199254740992", "B", "auth0|7", "b"]);
        assert_eq!(shown, serde_json::json!({ "report_watcher_ids": expected }));
    }
}
