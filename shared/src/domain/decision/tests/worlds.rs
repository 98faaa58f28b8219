//! Random events, people and instants: few of each, so that they meet.

use jiff::{Timestamp, ToSpan as _};
use proptest::collection::vec;
use proptest::option::{self, weighted};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::world::{Settings, Stamp, World, event, row, switches};
use crate::domain::channel_preference::Digest;
use crate::domain::event::{EventType, NoticeKind, examples};

const PEOPLE: [&str; 3] = ["7", "auth0|alice", "bob"];

const CATEGORIES: [&str; 3] = ["chat.mention", "chat.message", "order.updated"];

/// Among them some where one day a year begins at one o'clock or has two midnights, one where clocks
/// move by half an hour, the ones furthest from UTC, and one that is no zone.
const ZONES: [&str; 12] = [
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Etc/GMT+12",
    "Europe/Amsterdam",
    "Europe/Nowhere",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "UTC",
];

/// When clocks change in these zones; a day on which none does; when time begins; and when Samoa went
/// without a day.
const CHANGES: [&str; 15] = [
    "2026-03-08T05:00:00Z",
    "2026-03-08T07:00:00Z",
    "2026-03-28T22:00:00Z",
    "2026-03-29T01:00:00Z",
    "2026-04-04T15:00:00Z",
    "2026-04-05T03:00:00Z",
    "2026-07-01T00:00:00Z",
    "2026-09-06T04:00:00Z",
    "2026-10-03T15:30:00Z",
    "2026-10-24T21:00:00Z",
    "2026-10-25T01:00:00Z",
    "2026-11-01T05:00:00Z",
    "2026-11-01T06:00:00Z",
    "1969-12-31T23:59:59Z",
    "2011-12-30T10:00:00Z",
];

pub(super) fn world() -> impl Strategy<Value = World> {
    select(&PEOPLE).prop_flat_map(world_of)
}

fn world_of(user: &'static str) -> impl Strategy<Value = World> {
    let addresses = subsequence(vec!["email", "push", "slack"], 2..=3);
    let addresses = prop_oneof![4 => addresses, 1 => subsequence(vec!["email", "push"], 0..=1)];
    let membership = weighted(0.9, (prop::bool::weighted(0.8), stamp()));
    let is_watching = prop::bool::weighted(0.7);
    let standing = (membership, is_watching);
    (events(user), settings(), addresses, zone(), standing, instant()).prop_map(
        move |(event, chosen, addresses, zone, (membership, is_watching), now)| {
            let (user, addresses) = (user.to_owned(), addresses.into_iter().collect());
            World { event, user, chosen, addresses, zone, membership, is_watching, now }
        },
    )
}

pub(super) fn zone() -> impl Strategy<Value = Option<String>> {
    option::of(select(&ZONES).prop_map(str::to_owned))
}

/// Events of all types. More than a third of them are messages: most settings are about these. More
/// than half of what happens to someone happens to that user.
fn events(user: &'static str) -> impl Strategy<Value = Value> {
    let (message, notice) = (Just(EventType::MessageSent), Just(EventType::AccountNotice));
    let event_type = prop_oneof![3 => select(&EventType::ALL), 2 => message, 1 => notice];
    let other = || prop_oneof![Just(user), select(&PEOPLE)];
    let actors = (select(&PEOPLE), option::of(select(&PEOPLE)));
    let people = (actors, weighted(0.8, other()), other());
    let lists = (subsequence(&PEOPLE, 0..=3), subsequence(&PEOPLE, 1..=3));
    let subjects = (select(&CATEGORIES), select(&NoticeKind::ALL));
    (event_type, people, lists, subjects, stamp()).prop_map(
        |(
            event_type,
            ((actor, sender), owner, other),
            (mentions, recipients),
            (category, notice),
            stamp,
        )| {
            let mut data = examples::data(event_type);
            let mut set = |field: &str, value: Value| {
                let fields = data.as_object_mut().unwrap();
                if fields.contains_key(field) {
                    fields.insert(field.to_owned(), value);
                }
            };
            set("actor", json!(actor));
            for field in ["assignee", "owner", "member", "user"] {
                set(field, json!(other));
            }
            if let EventType::Lead(_) = event_type {
                set("owner", json!(owner));
            }
            if event_type == EventType::MessageSent {
                set("actor", json!(sender));
            }
            set("mentions", json!(mentions));
            set("recipients", json!(recipients));
            set("category", json!(category));
            set("toggle", json!(notice.name()));
            event(event_type, data, &stamp)
        },
    )
}

/// Eight of them, so that some are older, some newer, and some the same.
fn stamp() -> impl Strategy<Value = Stamp> {
    let times = ["2026-03-13T14:00:00.000000000Z", "2026-03-13T14:00:00.000000001Z"];
    let stamp = (select(times.to_vec()), select(vec!["e-1", "e-2"]), select(vec!["/a", "/b"]));
    stamp.prop_map(|(time, id, source)| [time, id, source].map(str::to_owned))
}

/// Each switch and row is absent or holds something.
pub(super) fn settings() -> impl Strategy<Value = Settings> {
    let switches = switches();
    let held = vec(select(&[None, Some(false), Some(true)]), switches.len());
    let scopes = ["*"].into_iter().chain(CATEGORIES);
    let rows = vec(select(rows()), scopes.clone().count());
    (held, rows).prop_map(move |(held, rows)| {
        let switches = switches.iter().cloned().zip(held);
        let switches = switches.filter_map(|(switch, held)| Some((switch, Value::Bool(held?))));
        let rows = scopes.clone().zip(rows);
        let rows = rows.filter_map(|(scope, values)| Some(row(scope, values?)));
        switches.chain(rows.flatten()).collect()
    })
}

/// No row as often as one; then each of the 32 that there can be.
fn rows() -> Vec<Option<[Value; 4]>> {
    let mut rows = vec![None; 32];
    for bits in 0..8 {
        let [in_app, email, push] = [1, 2, 4].map(|bit| json!(bits & bit != 0));
        let digests = Digest::ALL.map(|digest| json!(digest.name()));
        let row = |digest| Some([in_app.clone(), email.clone(), push.clone(), digest]);
        rows.extend(digests.map(row));
    }
    rows
}

/// Around changes of clocks, on the edges of hours and days and beside them.
pub(super) fn instant() -> impl Strategy<Value = Timestamp> {
    let change = select(&CHANGES).prop_map(|text| text.parse::<Timestamp>().unwrap());
    let anywhere = -36 * 3_600_000_000_000..36 * 3_600_000_000_000_i64;
    let beside = (-144..144_i64, -1..=1_i64)
        .prop_map(|(quarters, besides)| quarters * 900_000_000_000 + besides);
    (change, prop_oneof![anywhere, beside])
        .prop_map(|(change, nanoseconds)| change + nanoseconds.nanoseconds())
}
