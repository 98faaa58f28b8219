//! Histories: what a few systems say of a few things, and the order in which that comes.

use proptest::prelude::*;
use serde_json::{Value, json};

pub(super) const USERS: [&str; 3] = ["7", "ada", "auth0|9"];
const MEMBERS: [&str; 3] = ["m-1", "m-2", "m-3"];

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
pub(super) fn history() -> impl Strategy<Value = (Vec<Value>, Vec<usize>)> {
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
