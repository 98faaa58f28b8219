//! Who watches is told, whatever flips, events and redeliveries come in between.

use std::collections::BTreeSet;

use local::faults::{Fault, Plan, Rates};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::check;
use super::directory::{dispatch_until_empty, send_until_accepted};
use super::told::replay;
use crate::support::letter_reasons;
use crate::support::watching::{ISSUE, join, know_project, watcher, watching};

/// All of them are in the project. The last one declined to be attached.
const USERS: [&str; 3] = ["7", "8", "nine"];
const DECLINED: usize = 2;

/// Something that happens to the issue.
#[derive(Debug, Clone)]
struct Happened {
    kind: &'static str,
    actor: usize,
    /// Whom it is assigned to, and the first whom a comment may mention.
    other: usize,
    mentions: [bool; USERS.len()],
}

#[derive(Debug, Clone)]
enum Step {
    Flip(usize),
    Happen(Happened),
    /// Something is sent again that came before.
    Again(Index),
    /// What waits is dispatched, while the store fails as that seed has it, or does not.
    Dispatch(Option<u64>),
    /// Everything is dispatched again, as if nobody knew that it was.
    Replay,
}

fn step() -> impl Strategy<Value = Step> {
    let kinds = vec!["issue.created", "issue.assigned", "issue.commented", "issue.lane_changed"];
    let person = || 0..USERS.len();
    let happened = (prop::sample::select(kinds), person(), person(), any::<[bool; 3]>());
    let happened = happened.prop_map(|(kind, actor, other, mentions)| Happened {
        kind,
        actor,
        other,
        mentions,
    });
    prop_oneof![
        4 => person().prop_map(Step::Flip),
        6 => happened.prop_map(Step::Happen),
        2 => any::<Index>().prop_map(Step::Again),
        3 => prop::option::of(any::<u64>()).prop_map(Step::Dispatch),
        1 => Just(Step::Replay),
    ]
}

impl Happened {
    /// It as an event; the issue's title is its number.
    fn event(&self, number: usize) -> Value {
        let Self { kind, actor, other, mentions } = self;
        let mentions = USERS.iter().zip(mentions).filter(|(_, is_one)| **is_one);
        let mentions: Vec<&str> = mentions.map(|(user, _)| *user).collect();
        json!({
            "specversion": "1.0", "id": format!("e-{number}"), "source": "/tracker",
            "type": kind, "time": "2026-03-13T14:00:00Z",
            "data": {
                "project": { "id": 1, "name": "Kendo" },
                "issue": { "id": 42, "key": "KD-0042", "title": format!("T{number}") },
                "actor": USERS[*actor], "assignee": USERS[*other], "mentions": mentions,
                "comment": { "id": 1, "text": "Yes" }, "lane": { "from": "Doing", "to": "Done" },
            },
        })
    }

    /// Who is told of it, of those who watch.
    fn told(&self, watching: &[bool; USERS.len()]) -> Vec<usize> {
        let is_told = |user: &usize| match self.kind {
            "issue.assigned" => *user == self.other,
            "issue.commented" => watching[*user] || self.mentions[*user],
            "issue.lane_changed" => watching[*user],
            _ => false,
        };
        (0..USERS.len()).filter(|user| *user != self.actor).filter(is_told).collect()
    }

    /// Whom it attaches, if they let it.
    fn attached(&self) -> Option<usize> {
        let whom = match self.kind {
            "issue.created" | "issue.commented" => Some(self.actor),
            "issue.assigned" => Some(self.other),
            _ => None,
        };
        whom.filter(|user| *user != DECLINED)
    }
}

#[test]
fn who_watches_is_told_once_whatever_flips_events_and_redeliveries_come_in_between() {
    check(prop::collection::vec(step(), 1..16), async |api, org_unit, steps| {
        know_project(api, org_unit).await;
        for user in USERS {
            join(api, org_unit, user).await;
        }
        let declined = api.person(org_unit, USERS[DECLINED]);
        let mut profile = declined.get("/api/profile").await.json();
        for toggle in ["create", "assigned", "commented"] {
            profile[format!("auto_watch_on_{toggle}")] = json!(false);
        }
        let answer = declined.post("/api/profile/notification-preferences", &profile).await;
        assert_eq!(answer.status, 200, "{}", answer.body);

        let sender = api.person(org_unit, "1").with_claims(&json!({ "role": "admin" }));
        let mut is_watching = [false; USERS.len()];
        let mut events: Vec<Value> = Vec::new();
        let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
        for step in steps {
            api.clock.advance(1);
            match step {
                Step::Flip(user) => {
                    is_watching[user] = !is_watching[user];
                    let answer = watcher(api, org_unit, USERS[user]).post_nothing(ISSUE).await;
                    assert_eq!(answer.seen(), watching(is_watching[user]));
                }
                Step::Happen(happened) => {
                    let number = events.len();
                    let people = happened.told(&is_watching).into_iter();
                    told.extend(people.map(|user| (user, number)));
                    if let Some(user) = happened.attached() {
                        is_watching[user] = true;
                    }
                    events.push(happened.event(number));
                    send_until_accepted(&sender, &events[number]).await;
                }
                Step::Again(which) if !events.is_empty() => {
                    send_until_accepted(&sender, which.get(&events)).await;
                }
                Step::Again(_) => {}
                Step::Dispatch(None) => drop(api.dispatch().await),
                Step::Dispatch(Some(seed)) => {
                    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle];
                    let rates = Rates::new(faults.map(|fault| (20, fault)));
                    api.faults.set(Plan::seeded(seed, rates));
                    api.dispatch().await;
                    api.faults.set(Plan::default());
                }
                Step::Replay => replay(api, org_unit).await,
            }
        }
        dispatch_until_empty(api).await;
        for (index, user) in USERS.iter().enumerate() {
            let seen = watcher(api, org_unit, user).get(ISSUE).await.seen();
            assert_eq!(seen, watching(is_watching[index]), "{user}");
            let inbox = api.person(org_unit, user).get("/api/notifications").await.json();
            let texts = inbox.as_array().expect("an array").iter();
            let texts: Vec<&str> =
                texts.map(|row| row["message"].as_str().expect("text")).collect();
            for (number, event) in events.iter().enumerate() {
                let title = format!("\"T{number}\"");
                let rows = texts.iter().filter(|text| text.contains(&title)).count();
                let expected = usize::from(told.contains(&(index, number)));
                assert_eq!(rows, expected, "{user}: {event}");
            }
        }
        assert_eq!(letter_reasons(api).await, [""; 0]);
    });
}
