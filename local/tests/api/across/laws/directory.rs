//! The directory is what its events say, in whatever order and however often they come.

mod model;

use local::faults::{Fault, Plan, Rates};
use local::queue::QueueFault;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::check;
use crate::support::{Api, Caller, letter_reasons};

const USERS: [&str; 3] = ["7", "ada", "auth0|9"];
const MEMBERS: [&str; 3] = ["m-1", "m-2", "m-3"];

/// Who has a Slack user before anything happens.
const MAPPED: &str = USERS[1];

/// How often something is tried that fails now and then.
const MOST_ROUNDS: usize = 50;

/// What an event may say. Numbers choose among a few, so that events meet.
#[derive(Debug, Clone, Copy)]
enum Fact {
    MemberUpserted { member: usize, user: usize, confirmed: bool },
    MemberRemoved { member: usize, user: usize },
    ProjectCreated { project: usize, owner: usize },
    ProjectMember { project: usize, member: usize, added: bool },
    TeamMember { team: usize, member: usize },
    Issue { project: usize, number: usize, key: usize, kind: usize },
    Report { project: usize },
}

fn fact() -> impl Strategy<Value = Fact> {
    let (two, three) = (0..2_usize, 0..3_usize);
    prop_oneof![
        3 => (three.clone(), three.clone(), any::<bool>()).prop_map(|(member, user, confirmed)| {
            Fact::MemberUpserted { member, user, confirmed }
        }),
        2 => (three.clone(), three.clone())
            .prop_map(|(member, user)| Fact::MemberRemoved { member, user }),
        1 => (two.clone(), three.clone())
            .prop_map(|(project, owner)| Fact::ProjectCreated { project, owner }),
        3 => (two.clone(), three.clone(), any::<bool>()).prop_map(|(project, member, added)| {
            Fact::ProjectMember { project, member, added }
        }),
        1 => (two.clone(), three.clone())
            .prop_map(|(team, member)| Fact::TeamMember { team, member }),
        2 => (two.clone(), two.clone(), two.clone(), 0..5_usize).prop_map(
            |(project, number, key, kind)| Fact::Issue { project, number, key, kind }
        ),
        1 => two.prop_map(|project| Fact::Report { project }),
    ]
}

/// The event of that number in its history. What it calls things is its own.
fn event(number: usize, second: usize, fact: Fact) -> Value {
    let name = format!("Name {number}");
    let project = |index: usize| json!({ "id": index + 1, "name": name });
    let (kind, data) = match fact {
        Fact::MemberUpserted { member, user, confirmed } => {
            let mut data = json!({
                "org_member_id": MEMBERS[member],
                "user": USERS[user],
                "email": format!("{number}@acme.example"),
                "first_name": name,
                "last_name": "",
                "confirmed": confirmed,
            });
            if number.is_multiple_of(2) {
                data["zoneinfo"] = json!("Europe/Vienna");
            }
            ("member.upserted", data)
        }
        Fact::MemberRemoved { member, user } => {
            ("member.removed", json!({ "org_member_id": MEMBERS[member], "user": USERS[user] }))
        }
        Fact::ProjectCreated { project: index, owner } => {
            let owner = USERS[owner];
            ("project.created", json!({ "project": project(index), "actor": 1, "owner": owner }))
        }
        Fact::ProjectMember { project: index, member, added } => {
            let kind = if added { "project.member_added" } else { "project.member_removed" };
            (kind, json!({ "project": project(index), "actor": 1, "member": USERS[member] }))
        }
        Fact::TeamMember { team, member } => {
            let team = json!({ "id": team + 1, "name": name });
            ("team.member_added", json!({ "team": team, "actor": 1, "member": USERS[member] }))
        }
        Fact::Issue { project: index, number: issue, key, kind } => {
            let padding = if number.is_multiple_of(2) { "00" } else { "" };
            let key = format!("KD-{padding}{}", key + 1);
            let issue = json!({ "id": issue + 1, "key": key, "title": name });
            let mut data = json!({ "project": project(index), "issue": issue, "actor": 1 });
            let kind = match kind {
                0 => "issue.created",
                1 => "issue.assigned",
                2 => "issue.unassigned",
                3 => "issue.commented",
                _ => "issue.lane_changed",
            };
            data["assignee"] = json!(USERS[0]);
            data["comment"] = json!({ "id": 1, "text": "Yes." });
            data["mentions"] = json!([]);
            data["lane"] = json!({ "from": "Doing", "to": "Done" });
            (kind, data)
        }
        Fact::Report { project: index } => {
            let report = json!({ "id": 1, "title": name });
            ("report.created", json!({ "project": project(index), "report": report, "actor": 1 }))
        }
    };
    json!({
        "specversion": "1.0",
        "id": format!("e-{number}"),
        "source": "/tracker",
        "type": kind,
        "time": format!("2026-03-13T13:00:0{second}Z"),
        "data": data,
    })
}

/// A history, and the order in which its events come; each at least once.
fn history() -> impl Strategy<Value = (Vec<Value>, Vec<usize>)> {
    prop::collection::vec((0..6_usize, fact()), 1..16)
        .prop_map(|facts| {
            let facts = facts.into_iter().enumerate();
            facts.map(|(number, (second, fact))| event(number, second, fact)).collect::<Vec<_>>()
        })
        .prop_flat_map(|events| {
            let numbers = 0..events.len();
            let again = prop::collection::vec(numbers.clone(), 0..6);
            let order =
                again.prop_map(move |again| numbers.clone().chain(again).collect::<Vec<_>>());
            (Just(events), order.prop_shuffle())
        })
}

/// What the directory holds of an org unit, as items of the table.
async fn directory(api: &Api, org_unit: &str) -> Vec<Value> {
    let prefix = format!("OU#{org_unit}#");
    let mut items = api.items().await;
    items.retain(|item| {
        let key = |name: &str| item[name].as_str().expect("a key");
        key("pk").starts_with(&prefix)
            && !key("pk").contains("#EVENT#")
            // A count that went back to nothing is none.
            && !(key("sk") == "COUNT" && item["confirmed"] == 0 && item["mapped"] == 0)
    });
    items.iter_mut().for_each(check_count);
    items.retain(says_something);
    items.sort_by_key(model::key_of);
    items
}

/// A person's item counts the entries that are about them.
fn check_count(item: &mut Value) {
    let fields = item.as_object_mut().expect("an object");
    let entries = fields.keys().filter(|name| name.starts_with("member.")).count();
    if let Some(count) = fields.remove("member_entries") {
        assert_eq!(count, json!(entries), "{item}");
    } else {
        assert_eq!(entries, 0, "{item}");
    }
}

/// An item of someone whom no entry is about any more is as good as none.
fn says_something(item: &Value) -> bool {
    item.as_object().is_some_and(|item| item.len() > 2)
}

async fn map_someone(api: &Api, org_unit: &str) {
    use aws_sdk_dynamodb::types::AttributeValue::S;
    let item = api.engine.put_item().table_name(local::environment::TABLE);
    let item = item
        .item("pk", S(format!("OU#{org_unit}#USER#{MAPPED}")))
        .item("sk", S("PREFS".to_owned()))
        .item("slack_user_id", S("U12ABCXYZ".to_owned()));
    item.send().await.expect("an item");
}

#[test]
fn the_directory_is_what_its_events_say_in_whatever_order_and_however_often_they_come() {
    check((history(), 1..5_usize), async |api, org_unit, ((events, order), at_a_time)| {
        map_someone(api, org_unit).await;
        let sender = api.person(org_unit, "1").with_claims(&json!({ "role": "admin" }));
        for numbers in order.chunks(at_a_time) {
            let batch: Vec<Value> = numbers.iter().map(|number| events[*number].clone()).collect();
            let answer = sender.post("/v1/events", &json!(batch)).await;
            assert_eq!(answer.seen(), (202, json!({ "accepted": batch.len() })));
            if at_a_time % 2 == 0 {
                api.dispatch().await;
            }
        }
        api.dispatch().await;
        let mut expected = model::items(org_unit, MAPPED, &events);
        expected.retain(says_something);
        assert_eq!(directory(api, org_unit).await, expected);
    });
}

/// Sends events until they are accepted.
async fn send_until_accepted(sender: &Caller<'_>, batch: &Value) {
    for _ in 0..MOST_ROUNDS {
        if sender.post("/v1/events", batch).await.status == 202 {
            return;
        }
    }
    panic!("never accepted: {batch}");
}

/// Gives what failed its time again and again, until nothing waits.
async fn dispatch_until_empty(api: &Api) {
    for _ in 0..MOST_ROUNDS {
        api.dispatch().await;
        if api.queue.messages().await == Ok(vec![]) {
            return;
        }
        // Longer than any delay, and than a message is hidden that was handed out.
        api.clock.advance(3600);
    }
    panic!("never done: {:?}", api.queue.messages().await);
}

#[test]
fn the_directory_is_what_its_events_say_also_while_store_and_queue_fail_now_and_then() {
    let of_store = Rates::new([
        (4, Fault::LoseRequest),
        (4, Fault::LoseAnswer),
        (4, Fault::Conflict),
        (4, Fault::Throttle),
        (4, Fault::Unprocessed),
    ]);
    let of_queue = Rates::new([
        (8, QueueFault::LoseRequest),
        (8, QueueFault::LoseAnswer),
        (8, QueueFault::TakeHalf),
        (8, QueueFault::Throttle),
    ]);
    check((any::<u64>(), history()), async |api, org_unit, (seed, (events, order))| {
        map_someone(api, org_unit).await;
        let sender = api.person(org_unit, "1").with_claims(&json!({ "role": "admin" }));
        api.faults.set(Plan::seeded(seed, of_store.clone()));
        api.queue_faults.set(Plan::seeded(seed, of_queue.clone()));
        for numbers in order.chunks(3) {
            let batch = numbers.iter().map(|number| events[*number].clone()).collect();
            send_until_accepted(&sender, &batch).await;
        }
        dispatch_until_empty(api).await;
        api.faults.set(Plan::default());
        api.queue_faults.set(Plan::default());
        let mut expected = model::items(org_unit, MAPPED, &events);
        expected.retain(says_something);
        assert_eq!(directory(api, org_unit).await, expected);
        assert_eq!(letter_reasons(api).await, [""; 0]);
    });
}
