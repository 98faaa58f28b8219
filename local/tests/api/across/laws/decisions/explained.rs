//! What is explained is what is done.

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::super::check;
use super::{CATEGORIES, row};
use crate::decide_delivery::{PATH, event, happen, question};
use crate::support::{Api, queue_events};

const PEOPLE: [&str; 4] = ["7", "8", "nine", "ten"];

/// What reaches inboxes by name.
const KINDS: [&str; 6] = [
    "issue.assigned",
    "issue.unassigned",
    "issue.commented",
    "project.member_added",
    "team.member_added",
    "message.sent",
];

/// Something that someone does to some people.
#[derive(Debug, Clone)]
struct Happened {
    kind: &'static str,
    category: &'static str,
    /// One of the people, or another.
    actor: &'static str,
    /// Messages are for all of these, comments mention them; else it is the first.
    named: Vec<&'static str>,
    /// How an event of its instant stands to those by which people came and left: before, or after.
    id: &'static str,
    minute: u8,
    /// Whether the directory can be written as it is accepted; else it is in the queue all the same.
    is_recorded: bool,
}

fn happened() -> impl Strategy<Value = Happened> {
    let kind = prop_oneof![4 => select(KINDS.to_vec()), 2 => Just("message.sent")];
    let by = select([&PEOPLE[..], &["1"]].concat());
    let named = subsequence(PEOPLE.to_vec(), 1..=3).prop_shuffle();
    let what = (kind, select(CATEGORIES.to_vec()), by, named);
    (what, select(vec!["a", "z"]), 0..4_u8, any::<bool>()).prop_map(
        |((kind, category, actor, named), id, minute, is_recorded)| Happened {
            kind,
            category,
            actor,
            named,
            id,
            minute,
            is_recorded,
        },
    )
}

impl Happened {
    /// It as an event, with what it is about called by its number.
    fn event(&self, number: usize) -> Value {
        let Self { kind, category, actor, named, id, minute, is_recorded: _ } = self;
        let name = name(number);
        let mut event = event(
            kind,
            json!({
                "actor": actor, "assignee": named[0], "member": named[0], "mentions": named,
                "recipients": named, "category": category, "title": name,
                "issue": { "id": 42, "key": "KD-42", "title": name },
                "project": { "id": 1, "name": name }, "team": { "id": 9, "name": name },
            }),
        );
        event["id"] = json!(format!("{id}-{number}"));
        event["time"] = at(*minute);
        event
    }

    /// It is accepted and dispatched.
    async fn happen(&self, api: &Api, org_unit: &str, event: &Value) {
        let unrecorded = Plan::after(1, Fault::Refuse);
        api.faults.set(if self.is_recorded { Plan::default() } else { unrecorded });
        let answer = api.admin(org_unit).post("/v1/events", event).await;
        api.faults.set(Plan::default());
        if answer.status != 202 {
            queue_events(api, org_unit, event).await;
        }
        api.dispatch().await;
    }
}

/// What that one is about is called so, and its text says it.
fn name(number: usize) -> String {
    format!("The {number}th")
}

fn at(minute: u8) -> Value {
    json!(format!("2026-03-13T13:{minute:02}:00Z"))
}

/// People come into project 1 or leave it, each of them at some minute.
fn memberships() -> impl Strategy<Value = Vec<Value>> {
    let kind = prop_oneof![2 => Just("project.member_added"), 1 => Just("project.member_removed")];
    let moves = prop::collection::vec((select(PEOPLE.to_vec()), kind, 0..4_u8), 2..10);
    moves.prop_map(|moves| {
        let moves = moves.into_iter().enumerate().map(|(number, (member, kind, minute))| {
            let mut moved = event(kind, json!({ "member": member }));
            moved["id"] = json!(format!("m-{number}"));
            moved["time"] = at(minute);
            moved
        });
        moves.collect()
    })
}

/// What is decided about each of them, in their order.
async fn explain(api: &Api, org_unit: &str, event: &Value) -> Value {
    let answer = api.admin(org_unit).post(PATH, &question(event, &json!(PEOPLE))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["decisions"].take()
}

/// What becomes of it on each channel, for each person.
fn outcomes(explained: &Value) -> Vec<Value> {
    let channels = explained
        .as_array()
        .expect("decisions")
        .iter()
        .flat_map(|decision| decision["channels"].as_object().expect("channels").values());
    channels.map(|channel| channel["outcome"].clone()).collect()
}

/// What someone's inbox tells.
async fn texts(api: &Api, org_unit: &str, user: &str) -> Vec<String> {
    let inbox = api.person(org_unit, user).get("/api/notifications").await.json();
    let rows = inbox.as_array().expect("an array").iter();
    rows.map(|row| row["message"].as_str().expect("text").to_owned()).collect()
}

#[test]
fn what_is_explained_is_what_is_done() {
    let rows_put = prop::collection::vec((select(PEOPLE.to_vec()), row()), 2..10);
    let events = prop::collection::vec(happened(), 1..6);
    let world = (rows_put, memberships(), events);
    check(world, async |api, org_unit, (rows_put, memberships, events)| {
        for (user, row) in rows_put {
            row.make(api, org_unit, user, 0).await;
        }
        happen(api, org_unit, &json!(memberships)).await;
        let mut explained = Vec::new();
        for (number, happened) in events.iter().enumerate() {
            let event = happened.event(number);
            let before = explain(api, org_unit, &event).await;
            happened.happen(api, org_unit, &event).await;
            // Who commented watches from then on, so that another reason may be told first.
            let after = explain(api, org_unit, &event).await;
            assert_eq!(outcomes(&after), outcomes(&before), "as it is explained after");
            explained.push(before);
        }
        for (index, user) in PEOPLE.iter().enumerate() {
            let texts = texts(api, org_unit, user).await;
            for (number, (happened, explained)) in events.iter().zip(&explained).enumerate() {
                let in_app = &explained[index]["channels"]["in_app"];
                let rows = texts.iter().filter(|text| text.contains(&name(number))).count();
                let is_allowed = in_app["outcome"] == "allow";
                assert_eq!(rows, usize::from(is_allowed), "{user}: {in_app} of {happened:?}");
            }
        }
    });
}
