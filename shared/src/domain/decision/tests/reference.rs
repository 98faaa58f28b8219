//! The decision a second time, from the contract alone: its nine steps, in its order and words, on
//! plain text and JSON. It shares no code with what it is held against, nor the way to find
//! the end of a day.

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan as _};
use serde_json::Value;

use super::world::{World, line};

pub(super) fn decide(world: &World, channel: &str) -> String {
    let event_type = world.event["type"].as_str().unwrap();
    let data = &world.event["data"];
    let is = |field: &str| data[field] == world.user.as_str();
    let is_in = |field: &str| {
        let people = data[field].as_array();
        people.is_some_and(|people| people.iter().any(|person| person == world.user.as_str()))
    };
    let chosen = |setting: &str| world.chosen.get(setting).cloned();
    let deny = |code: &str| line("deny", None, code, None);
    let says = |outcome: &str, code: &str, setting: &str| {
        line(outcome, None, code, chosen(setting).map(|value| (setting.to_owned(), value)))
    };

    // 1. The event type never uses the channel.
    let offered: &[&str] = match event_type {
        "milestone.entered" | "milestone.exited" | "sequence.completed" | "surge.fired" => {
            &["slack"]
        }
        "account.notice" => &["email"],
        "message.sent" => &["in_app", "email", "push"],
        "issue.assigned"
        | "issue.unassigned"
        | "issue.commented"
        | "issue.lane_changed"
        | "project.member_added"
        | "team.member_added"
        | "report.created" => &["in_app", "email"],
        _ => &[],
    };
    if !offered.contains(&channel) {
        return deny("not_offered");
    }
    let is_lead_alert = offered == ["slack"];

    // 2. The recipient is not in the audience.
    let is_mention = event_type == "issue.commented" && is_in("mentions");
    let (is_concerned, otherwise) = match event_type {
        "message.sent" | "account.notice" => (is_in("recipients"), "not_recipient"),
        "issue.assigned" | "issue.unassigned" => (is("assignee"), "not_recipient"),
        "project.member_added" | "team.member_added" => (is("member"), "not_recipient"),
        "issue.commented" => (is_mention || world.is_watching, "not_watching"),
        "issue.lane_changed" | "report.created" => (world.is_watching, "not_watching"),
        _ => (is("owner"), "not_owner"),
    };
    if !is_concerned {
        return deny(otherwise);
    }
    let stamp = ["time", "id", "source"].map(|part| world.event[part].as_str().unwrap());
    let is_member = match (event_type, &world.membership) {
        ("message.sent" | "account.notice" | "team.member_added", _) => true,
        _ if is_lead_alert => true,
        ("project.member_added", None) => true,
        // The event itself says that they are, unless something later says that they left.
        ("project.member_added", Some((is_member, since))) => {
            *is_member || since.each_ref().map(String::as_str) <= stamp
        }
        (_, Some((is_member, _))) => *is_member,
        (_, None) => false,
    };
    if !is_member {
        return deny("not_member");
    }

    // 3. The actor is the recipient.
    if is("actor") {
        return deny("self");
    }

    // 4. No address for the channel.
    if channel != "in_app" && !world.addresses.contains(channel) {
        return deny("unreachable");
    }

    // 5. Mandatory.
    let is_mandatory = match channel {
        "in_app" => event_type != "message.sent" || data["category"] == "chat.mention",
        "email" => event_type == "account.notice" && data["toggle"] == "security_alerts",
        _ => false,
    };
    if is_mandatory {
        return line("allow", None, "mandatory", None);
    }

    // 6. Master switch off.
    if is_lead_alert && chosen("notifications_enabled") == Some(Value::Bool(false)) {
        return says("deny", "disabled", "notifications_enabled");
    }

    // 7. Event type muted, toggle off, or channel off in the ruling row.
    let category = data["category"].as_str().unwrap_or_default();
    let has_row = |scope: &str| world.chosen.contains_key(&format!("channel.{scope}.digest"));
    let row = if has_row(category) { category } else { "*" };
    let (switch, default) = match event_type {
        "message.sent" => (format!("channel.{row}.{channel}_enabled"), channel == "in_app"),
        "account.notice" => {
            let toggle = data["toggle"].as_str().unwrap();
            (format!("email.{toggle}"), toggle != "weekly_usage_digest")
        }
        "issue.assigned" | "issue.unassigned" => ("activity.notify_assignment".to_owned(), true),
        "issue.commented" if is_mention => ("activity.notify_mentions".to_owned(), true),
        "issue.commented" | "issue.lane_changed" => {
            ("activity.notify_watched_activity_email".to_owned(), true)
        }
        "project.member_added" => ("activity.notify_project_membership".to_owned(), true),
        "team.member_added" => ("activity.notify_team_membership".to_owned(), true),
        "report.created" => ("activity.notify_report_activity_email".to_owned(), true),
        _ => (format!("mute.{event_type}"), false),
    };
    let holds = chosen(&switch).map_or(default, |value| value.as_bool().unwrap());
    let is_off = if is_lead_alert { holds } else { !holds };
    if is_off {
        return says("deny", "muted", &switch);
    }

    // 8. Digest of the ruling row, email only.
    if event_type == "message.sent" && channel == "email" {
        let digest = format!("channel.{row}.digest");
        let value = chosen(&digest);
        let until = match value.as_ref().and_then(Value::as_str) {
            Some("off") => return says("deny", "digest_off", &digest),
            Some("hourly") => Some(end_of_hour(world.now)),
            Some("daily") => Some(end_of_day(world.now, world.zone.as_deref())),
            _ => None,
        };
        if until.is_some() {
            return line("defer", until, "digest", value.map(|value| (digest, value)));
        }
    }

    // 9. Otherwise.
    if is_lead_alert && chosen(&switch).is_none() {
        return says("allow", "enabled", "notifications_enabled");
    }
    says("allow", "enabled", &switch)
}

/// The first minute whose hour in UTC is another one.
fn end_of_hour(now: Timestamp) -> Timestamp {
    let hour = |instant: Timestamp| instant.strftime("%F %H").to_string();
    let mut end = start_of_minute(now);
    while hour(end) == hour(now) {
        end += 1.minute();
    }
    end
}

/// The first minute at which the calendar there shows a later day.
fn end_of_day(now: Timestamp, zone: Option<&str>) -> Timestamp {
    let zone = zone.and_then(|name| TimeZoneDatabase::bundled().get(name).ok());
    let zone = zone.unwrap_or(TimeZone::UTC);
    let day = |instant: Timestamp| instant.to_zoned(zone.clone()).date();
    let today = day(now);
    let is_later = |instant: Timestamp| day(instant) > today;
    let mut end = start_of_minute(now);
    while !is_later(end) {
        end += 1.hour();
    }
    end -= 1.hour();
    while !is_later(end) {
        end += 1.minute();
    }
    end
}

/// In the years that the tests are about, clocks are put forward and back at whole minutes.
fn start_of_minute(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second().div_euclid(60) * 60).unwrap()
}
