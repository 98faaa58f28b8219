//! What is not about it does not matter.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::world::{ROW_FIELDS, Settings, World, row};
use super::super::worlds::{settings, world};
use crate::domain::decision::Channel;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn settings_of_other_categories_events_and_channels_never_matter(
        world in world(), others in settings(),
    ) {
        for channel in Channel::ALL {
            let chosen = with_other_irrelevant_settings(&world, channel, &others);
            prop_assert_eq!(world.choosing(chosen).over(channel), world.over(channel));
        }
    }

    #[test]
    fn rows_are_never_mixed(world in world(), others in settings()) {
        let Some(category) = world.event["data"]["category"].as_str() else { return Ok(()) };
        let own = ROW_FIELDS.map(|field| world.chosen.get(&format!("channel.{category}.{field}")));
        if own[0].is_some() {
            // Its own row rules as if there were no global one, or any other.
            let mut chosen = world.without("channel.*.").chosen;
            let global = |name: &String| name.starts_with("channel.*.");
            chosen.extend(others.into_iter().filter(|(name, _)| global(name)));
            prop_assert_eq!(world.choosing(chosen).decide(), world.decide());
            return Ok(());
        }
        let global = ROW_FIELDS.map(|field| world.chosen.get(&format!("channel.*.{field}")));
        let [Some(in_app), Some(email), Some(push), Some(digest)] = global.map(Option::<&_>::cloned)
        else {
            return Ok(());
        };
        // The global row decides as a row of its own would that says the same.
        let copy = row(category, [in_app, email, push, digest]);
        let chosen = world.chosen.clone().into_iter().chain(copy).collect();
        let by_copy = world.choosing(chosen).said();
        let renamed = world.said().map(|said| {
            said.replace("channel.*.", &format!("channel.{category}."))
        });
        prop_assert_eq!(by_copy, renamed);
    }
}

/// `chosen`, with as much of `others` as does not touch the settings that are relevant, and neither
/// makes nor drops a row that may rule.
fn with_other_irrelevant_settings(world: &World, channel: Channel, others: &Settings) -> Settings {
    let relevant = relevant(world, channel);
    let category = world.event["data"]["category"].as_str().unwrap_or("*");
    let own = format!("channel.{category}.");
    let has_own = world.chosen.keys().any(|setting| setting.starts_with(&own));
    let may_rule = |setting: &str| {
        setting.starts_with(&own) || (setting.starts_with("channel.*.") && !has_own)
    };
    let mut chosen = world.chosen.clone();
    chosen.retain(|setting, _| relevant.contains(setting) || may_rule(setting));
    for (setting, value) in others {
        let is_new = may_rule(setting) && !world.chosen.contains_key(setting);
        if !relevant.contains(setting) && !is_new {
            chosen.insert(setting.clone(), value.clone());
        }
    }
    chosen
}

/// The settings that may matter, by the contract; the global row's only without a row of its own.
fn relevant(world: &World, channel: Channel) -> BTreeSet<String> {
    let data = &world.event["data"];
    let is_mentioned = data["mentions"].to_string().contains(&format!("\"{}\"", world.user));
    let activity = match world.event["type"].as_str().unwrap() {
        "issue.assigned" | "issue.unassigned" => "notify_assignment",
        "issue.commented" if is_mentioned => "notify_mentions",
        "issue.commented" | "issue.lane_changed" => "notify_watched_activity_email",
        "project.member_added" => "notify_project_membership",
        "team.member_added" => "notify_team_membership",
        "report.created" => "notify_report_activity_email",
        "message.sent" => {
            let category = data["category"].as_str().unwrap();
            let is_own = world.chosen.contains_key(&format!("channel.{category}.digest"));
            let scope = if is_own { category } else { "*" };
            let fields: &[&str] = match channel {
                Channel::InApp => &["in_app_enabled"],
                Channel::Email => &["email_enabled", "digest"],
                Channel::Push => &["push_enabled"],
                Channel::Slack => &[],
            };
            return fields.iter().map(|field| format!("channel.{scope}.{field}")).collect();
        }
        "account.notice" => {
            return [format!("email.{}", data["toggle"].as_str().unwrap())].into();
        }
        lead => return ["notifications_enabled".to_owned(), format!("mute.{lead}")].into(),
    };
    [format!("activity.{activity}")].into()
}
