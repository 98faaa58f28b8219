//! What people ask for: how often, and what a read has to show of what was written.

use serde_json::json;

use Does::{Flips, Reads, Sets};

/// What somebody has who asks.
pub(super) struct Asker<'a> {
    /// Their id.
    pub(super) user: &'a str,
    /// Notifications of theirs.
    pub(super) notifications: &'a [u64],
    /// The number of the request: no two have the same.
    pub(super) number: u64,
    /// When everything began.
    pub(super) time: &'a str,
}

/// What is written and read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    LeadAlerts,
    Channels,
    AccountEmail,
    Activity,
    Inbox,
    Watch,
}

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// It reads.
    Reads,
    /// It writes the other one of two values.
    Flips,
    /// It writes this one of two values.
    Sets(bool),
}

/// One kind of request.
#[derive(Debug)]
pub(super) struct Operation {
    /// Who answers.
    pub(super) function: &'static str,
    /// Of how many requests of a hundred it is the kind.
    pub(super) share: u64,
    /// The verb.
    pub(super) method: &'static str,
    /// The path.
    pub(super) path: &'static str,
    /// What it does.
    pub(super) does: Does,
    /// To what, if that is looked at.
    pub(super) topic: Option<Topic>,
}

const fn operation(
    function: &'static str,
    share: u64,
    (method, path): (&'static str, &'static str),
    does: Does,
    topic: Option<Topic>,
) -> Operation {
    Operation { function, share, method, path, does, topic }
}

const LEAD_ALERTS: &str = "/me/notification-prefs";
const CHANNELS: &str = "/v1/messaging/preferences";
const ACCOUNT_EMAIL: &str = "/v1/me/notifications";
const WATCH: &str = "/api/projects/1/issues/KD-0042/watch";

/// 70 of a hundred read, 30 write.
static MIX: [Operation; 15] = [
    operation("get-notification-prefs", 20, ("GET", LEAD_ALERTS), Reads, Some(Topic::LeadAlerts)),
    operation("list-notifications", 18, ("GET", "/api/notifications"), Reads, Some(Topic::Inbox)),
    operation("list-channel-preferences", 9, ("GET", CHANNELS), Reads, Some(Topic::Channels)),
    operation("get-issue-watch", 7, ("GET", WATCH), Reads, Some(Topic::Watch)),
    operation("get-account-email", 5, ("GET", ACCOUNT_EMAIL), Reads, Some(Topic::AccountEmail)),
    operation("get-profile", 5, ("GET", "/api/profile"), Reads, Some(Topic::Activity)),
    operation("decide-delivery", 6, ("POST", "/v1/decisions"), Reads, None),
    operation("put-notification-prefs", 8, ("PUT", LEAD_ALERTS), Flips, Some(Topic::LeadAlerts)),
    operation("put-channel-preference", 5, ("PUT", CHANNELS), Flips, Some(Topic::Channels)),
    operation("toggle-issue-watch", 4, ("POST", WATCH), Flips, Some(Topic::Watch)),
    operation(
        "mark-notifications-read",
        3,
        ("POST", "/api/notifications/bulk-read"),
        Sets(true),
        Some(Topic::Inbox),
    ),
    operation(
        "mark-notifications-unread",
        3,
        ("POST", "/api/notifications/bulk-unread"),
        Sets(false),
        Some(Topic::Inbox),
    ),
    operation("patch-account-email", 2, ("PATCH", ACCOUNT_EMAIL), Flips, Some(Topic::AccountEmail)),
    operation(
        "update-activity-preferences",
        2,
        ("POST", "/api/profile/notification-preferences"),
        Flips,
        Some(Topic::Activity),
    ),
    operation("ingest-events", 3, ("POST", "/v1/events"), Flips, None),
];

/// The page of an inbox.
pub(super) static INBOX: &Operation = &MIX[1];

/// Who answers all of these.
pub(super) fn functions() -> [&'static str; MIX.len()] {
    MIX.each_ref().map(|operation| operation.function)
}

/// The kind of the request of that number: any, as often as its share has it, and the same each time.
pub(super) fn of_number(number: u64) -> &'static Operation {
    let mut left = scattered(number) % 100;
    let of_share = |operation: &&Operation| match left.checked_sub(operation.share) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    };
    MIX.iter().find(of_share).unwrap_or(INBOX)
}

/// A number that looks like any other one (SplitMix64).
fn scattered(number: u64) -> u64 {
    let number = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl Operation {
    /// The body, where the request has one, which writes that one of two values.
    pub(super) fn body(&self, asker: &Asker<'_>, is_on: bool) -> Option<String> {
        let Asker { user, notifications, number, time } = asker;
        let event = |kind: &str, data| {
            json!({
                "specversion": "1.0", "id": format!("soak-{number}"), "source": "/bench",
                "type": kind, "time": time, "data": data,
            })
        };
        let body = match (self.does, self.topic) {
            (Reads, Some(_)) | (Flips | Sets(_), Some(Topic::Watch)) => return None,
            (Reads, None) => {
                let data = json!({
                    "project": { "id": 1, "name": "Kendo" }, "actor": 4,
                    "issue": { "id": 42, "key": "KD-0042", "title": "Add pagination" },
                    "lane": { "from": "Doing", "to": "Done" },
                });
                json!({ "event": event("issue.lane_changed", data), "recipients": [user, "7"] })
            }
            (Flips | Sets(_), None) => {
                let data = json!({
                    "category": "chat.message", "recipients": [user, "7"], "title": "Lunch?",
                    "body": "At noon, in the kitchen downstairs.",
                });
                event("message.sent", data)
            }
            (Flips | Sets(_), Some(Topic::LeadAlerts)) => {
                json!({ "prefs": [{ "event_type": "milestone.exited", "muted": is_on }] })
            }
            (Flips | Sets(_), Some(Topic::Channels)) => json!({
                "category": "chat.message", "in_app_enabled": true, "email_enabled": is_on,
                "push_enabled": false, "digest": "hourly",
            }),
            (Flips | Sets(_), Some(Topic::AccountEmail)) => {
                json!({ "email": { "weekly_usage_digest": is_on } })
            }
            (Flips | Sets(_), Some(Topic::Activity)) => json!({
                "auto_watch_on_create": true, "auto_watch_on_assigned": true,
                "auto_watch_on_commented": true, "notify_mentions": true,
                "notify_assignment": true, "notify_project_membership": true,
                "notify_team_membership": is_on, "notify_watched_activity_email": true,
                "notify_report_activity_email": true,
            }),
            (Flips | Sets(_), Some(Topic::Inbox)) => json!({ "notification_ids": notifications }),
        };
        Some(body.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seventy_of_a_hundred_read_and_the_rest_write() {
        let shares = |reads: bool| -> u64 {
            let mix = MIX.iter().filter(|operation| (operation.does == Reads) == reads);
            mix.map(|operation| operation.share).sum()
        };
        assert_eq!((shares(true), shares(false)), (70, 30));
        assert_eq!(INBOX.function, "list-notifications");
    }

    #[test]
    fn each_kind_comes_as_often_as_its_share_has_it() {
        for operation in &MIX {
            let is_it = |number: &u64| of_number(*number).function == operation.function;
            let times = (0..100_000).filter(is_it).count() as u64;
            let expected = operation.share * 1_000;
            assert!(times.abs_diff(expected) < 500, "{}: {times}", operation.function);
        }
    }
}
