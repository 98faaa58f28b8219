//! What people do and are told, in each pair of org units alike.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::wishes::{Wish, carry_out, wish};
use crate::ingest_events::upserted;
use crate::support::Api;
use crate::support::operator::event;

/// Someone who is in both org units, by what nobody else has.
pub(super) struct Known {
    pub(super) id: &'static str,
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) slack_user: &'static str,
    pub(super) browser: &'static str,
    /// Of an entry that was removed, the id stays.
    pub(super) member: &'static str,
}

impl Known {
    const fn new(id: &'static str, name: [&'static str; 2], reached: [&'static str; 3]) -> Self {
        let ([first_name, last_name], [slack_user, browser, member]) = (name, reached);
        Self { id, first_name, last_name, slack_user, browser, member }
    }

    pub(super) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

pub(super) const PEOPLE: [Known; 3] = [
    Known::new("7700770077", ["Zoela", "Quuxen"], ["U0ZOELA7Q", "browser-of-zoela", "m-0"]),
    Known::new("6600660066", ["Yanneke", "Wharfedale"], ["U0YANNEKE", "browser-of-yanneke", "m-1"]),
    Known::new("5500550055", ["Xiadra", "Vexleyan"], ["U0XIADRA5", "browser-of-xiadra", "m-2"]),
];

const KINDS: [&str; 15] = [
    "issue.created",
    "issue.assigned",
    "issue.unassigned",
    "issue.commented",
    "issue.lane_changed",
    "report.created",
    "message.sent",
    "account.notice",
    "surge.fired",
    "project.created",
    "project.member_added",
    "project.member_removed",
    "team.member_added",
    "member.upserted",
    "member.removed",
];

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// It is sent, and waits.
    Happen {
        place: usize,
        kind: &'static str,
        actor: usize,
        other: usize,
        named: [bool; 3],
    },
    Ask {
        place: usize,
        person: usize,
        wish: Wish,
    },
    /// Something comes again.
    Again(Index),
    Dispatch,
    Deliver,
    Wait(i64),
    /// What is due is put into the queue, and sent or not.
    Tick(bool),
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let person = || 0..PEOPLE.len();
    // Nobody is erased in the second org unit: most of it happens in the first one.
    let place = || select(vec![0, 0, 0, 1]);
    let happened = (place(), select(KINDS.to_vec()), person(), person(), any::<[bool; 3]>());
    prop_oneof![
        9 => happened.prop_map(|(place, kind, actor, other, named)| {
            Step::Happen { place, kind, actor, other, named }
        }),
        7 => (place(), person(), wish())
            .prop_map(|(place, person, wish)| Step::Ask { place, person, wish }),
        1 => any::<Index>().prop_map(Step::Again),
        3 => Just(Step::Dispatch),
        1 => Just(Step::Deliver),
        1 => (1..7200_i64).prop_map(Step::Wait),
        1 => any::<bool>().prop_map(Step::Tick),
    ]
}

/// What happened so far.
pub(super) struct Life<'a> {
    /// Two, and their twins.
    org_units: &'a [String; 4],
    /// Which of the two it happened in, and what.
    events: Vec<(usize, Value)>,
    keys: usize,
}

/// Everyone is known, and in the project, everywhere.
pub(super) async fn begin(api: &Api, life: &mut Life<'_>) {
    for place in 0..2 {
        let mut events = Vec::new();
        for person in 0..PEOPLE.len() {
            for kind in ["member.upserted", "project.member_added", "issue.created"] {
                events.push(life.happened(api, place, kind, [person; 2], [false; 3]));
            }
        }
        life.send(api, place, &json!(events)).await;
    }
    api.work().await;
}

impl<'a> Life<'a> {
    pub(super) fn new(org_units: &'a [String; 4]) -> Self {
        Self { org_units, events: Vec::new(), keys: 0 }
    }

    /// The ids of what happened to people who may be told by email, in that org unit.
    pub(super) fn told_in(&self, org_unit: &str) -> impl Iterator<Item = &str> {
        let place = self.org_units.iter().position(|one| one == org_unit).expect("one of them");
        let is_told = |kind: &Value| kind == "message.sent" || kind == "account.notice";
        let here = self
            .events
            .iter()
            .filter(move |(at, event)| *at == place % 2 && is_told(&event["type"]));
        here.map(|(_, event)| event["id"].as_str().expect("an id"))
    }

    pub(super) async fn go_on(&mut self, api: &Api, step: Step) {
        match step {
            Step::Happen { place, kind, actor, other, named } => {
                let event = self.happened(api, place, kind, [actor, other], named);
                self.send(api, place, &event).await;
            }
            Step::Ask { place, person, wish } => self.ask(api, place, person, wish).await,
            Step::Again(which) => {
                let (place, event) = which.get(&self.events).clone();
                self.send(api, place, &event).await;
            }
            Step::Dispatch => drop(api.dispatch().await),
            Step::Deliver => drop(api.deliver().await),
            Step::Wait(seconds) => api.clock.advance(seconds),
            Step::Tick(is_sent) => {
                api.tick(&api.timestamp()).await;
                if is_sent {
                    api.send_digests().await;
                }
            }
        }
    }

    fn happened(
        &mut self,
        api: &Api,
        place: usize,
        kind: &'static str,
        [actor, other]: [usize; 2],
        named: [bool; 3],
    ) -> Value {
        let number = self.events.len();
        let (actor, other) = (&PEOPLE[actor], &PEOPLE[other]);
        let named = PEOPLE.iter().zip(named).filter(|(_, is_one)| *is_one);
        let named: Vec<&str> = named.map(|(person, _)| person.id).collect();
        let recipients = if named.is_empty() { vec![other.id] } else { named.clone() };
        let id = format!("e-{number}");
        let data = json!({
            "actor": actor.id, "assignee": other.id, "member": other.id, "owner": other.id,
            "mentions": named, "recipients": recipients, "category": "chat.message",
            "title": format!("T{number}"), "body": "At noon.", "toggle": "security_alerts",
            "subject": "New sign-in", "text": "Was it you?", "lead": { "id": "l-1", "name": "Acme" },
            "trigger": { "name": "Hot" },
            "issue": { "id": 42, "key": "KD-42", "title": format!("T{number}") },
        });
        let event = match kind {
            "member.upserted" | "member.removed" => {
                let mut event = upserted(&id, other.member, other.id, true);
                event["type"] = json!(kind);
                event["time"] = json!(api.timestamp());
                event["data"]["email"] = json!(format!("{}@mail.example", other.last_name));
                event["data"]["first_name"] = json!(other.first_name);
                event["data"]["last_name"] = json!(other.last_name);
                event
            }
            _ => event(api, kind, &id, &data),
        };
        self.events.push((place, event.clone()));
        event
    }

    /// Some of what happened, or all of it.
    async fn send(&self, api: &Api, place: usize, events: &Value) {
        for org_unit in [&self.org_units[place], &self.org_units[place + 2]] {
            let answer = api.admin(org_unit).post("/v1/events", events).await;
            assert_eq!(answer.status, 202, "{}", answer.body);
        }
    }

    pub(super) async fn send_all_again(&self, api: &Api) {
        for place in 0..2 {
            let here = self.events.iter().filter(|(at, _)| *at == place);
            let events: Vec<&Value> = here.map(|(_, event)| event).collect();
            self.send(api, place, &json!(events)).await;
        }
    }

    /// The bus's archive has all of it, as it was put there when it happened.
    pub(super) async fn replay_all(&self, api: &Api) {
        for (place, event) in &self.events {
            let put_at = event["time"].as_str().expect("an instant").to_owned();
            for org_unit in [&self.org_units[*place], &self.org_units[place + 2]] {
                let mut event = event.clone();
                event["orgunit"] = json!(org_unit);
                let event = serde_json::value::to_raw_value(&event).expect("JSON");
                api.bus.replay(&event, &put_at).await.expect("accepted");
            }
        }
    }

    async fn ask(&mut self, api: &Api, place: usize, person: usize, wish: Wish) {
        self.keys += 1;
        for org_unit in [&self.org_units[place], &self.org_units[place + 2]] {
            carry_out(api, org_unit, &PEOPLE[person], wish, self.keys).await;
        }
    }
}
