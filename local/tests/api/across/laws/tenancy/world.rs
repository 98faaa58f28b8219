//! Two org units in which the same people are, by the same ids, and whose words all say whose they are.

use local::slack::User;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use crate::ingest_events::upserted;
use crate::support::operator::event;
use crate::support::push::subscribe;
use crate::support::slack::connect_slack;
use crate::support::watching::{REPORTS, watcher};
use crate::support::{Api, Caller};

/// How many people are in each org unit.
pub(super) const PEOPLE: usize = 3;

/// Ids that an identity provider may give, and that a store could mistake for each other.
const USERS: [&str; 10] =
    ["7", "77", "07", "7|7", "7:PREFS", "USER", "-", "a@b.example", "::", "acme"];

/// What the id of the second org unit goes on with, after that of the first.
const FURTHER: [&str; 6] = ["x", "|eu", ":eu", "::USER::7", "-USER-7", "."];

/// What a world is made of.
pub(super) fn plan() -> impl Strategy<Value = (Vec<&'static str>, &'static str)> {
    (subsequence(USERS.to_vec(), PEOPLE).prop_shuffle(), select(FURTHER.to_vec()))
}

/// Two org units; the id of one begins with that of the other.
pub(super) struct World {
    pub(super) units: [Unit; 2],
    pub(super) users: Vec<&'static str>,
}

/// An org unit.
pub(super) struct Unit {
    /// What its words say.
    pub(super) number: usize,
    pub(super) id: String,
    /// The secret of a machine that holds every permission, and the id of its key.
    pub(super) machine: String,
    pub(super) machine_id: String,
}

impl World {
    /// A world of its own: no other has that number, nor an org unit whose id begins so.
    pub(super) async fn make(
        api: &Api,
        number: usize,
        id: &str,
        (users, further): (Vec<&'static str>, &str),
    ) -> Self {
        let first = Unit::make(api, 2 * number, id.to_owned(), &users).await;
        let second = Unit::make(api, 2 * number + 1, format!("{id}{further}"), &users).await;
        Self { units: [first, second], users }
    }
}

impl Unit {
    /// What this org unit alone says.
    pub(super) fn word(&self, kind: &str) -> String {
        format!("canary{}o{kind}", self.number)
    }

    /// What only one of its people says, or is told.
    pub(super) fn word_of(&self, person: usize, kind: &str) -> String {
        format!("canary{}p{person}{kind}", self.number)
    }

    /// Whom a person of it is at Slack.
    pub(super) fn slack_user(&self, person: usize) -> String {
        format!("U{}", self.word_of(person, "slack").to_ascii_uppercase())
    }

    /// The source and the id of an event that was mailed to everyone.
    pub(super) fn mailed(&self) -> String {
        format!("/accounts:{}", self.word("notice"))
    }

    async fn make(api: &Api, number: usize, id: String, users: &[&str]) -> Self {
        let mut unit = Self { number, id, machine: String::new(), machine_id: String::new() };
        let mut known = Vec::new();
        for (person, user) in users.iter().enumerate() {
            known.push(unit.known(api, person, user));
            let member = json!({ "actor": "4", "owner": "4", "member": user });
            known.push(unit.event(api, "project.member_added", &format!("in-{person}"), &member));
        }
        let nobody = json!({ "actor": "4", "owner": "4" });
        known.push(unit.event(api, "issue.created", "issue", &nobody));
        for kind in ["project.created", "issue.created"] {
            let mut other = unit.event(api, kind, &format!("other-{kind}"), &nobody);
            other["data"]["project"]["id"] = json!(unit.word("project"));
            known.push(other);
        }
        unit.tell(api, &known).await;
        unit.choose(api, users).await;
        api.clock.advance(1);
        let told = (0..users.len()).map(|person| unit.told(api, person, users));
        let mut told: Vec<Value> = told.flatten().collect();
        told.push(unit.notice(api, users));
        unit.tell(api, &told).await;
        unit
    }

    /// An event of project 1, which is there in both org units.
    pub(super) fn event(&self, api: &Api, kind: &str, id: &str, data: &Value) -> Value {
        let mut event = event(api, kind, &self.word(id), data);
        let data = &mut event["data"];
        data["project"]["name"] = json!(self.word("project name"));
        data["issue"]["title"] = json!(self.word("issue title"));
        data["comment"]["text"] = json!(self.word("comment"));
        data["report"]["title"] = json!(self.word("report title"));
        event
    }

    fn known(&self, api: &Api, person: usize, user: &str) -> Value {
        let member = self.word_of(person, "member");
        let mut known = upserted(&self.word_of(person, "known"), &member, user, true);
        known["time"] = json!(api.timestamp());
        known["data"]["email"] = json!(self.address(person));
        known["data"]["first_name"] = json!(self.word_of(person, "name"));
        known["data"]["last_name"] = json!(self.word_of(person, "name"));
        known
    }

    /// Where a person gets email.
    pub(super) fn address(&self, person: usize) -> String {
        format!("{}@mail.example", self.word_of(person, "mail"))
    }

    /// A message to that person alone, and an issue that the next one assigned to them.
    pub(super) fn told(&self, api: &Api, person: usize, users: &[&str]) -> [Value; 2] {
        let (user, next) = (users[person], users[(person + 1) % users.len()]);
        let now = api.clock.seconds();
        let message = json!({
            "category": "chat.message", "recipients": [user],
            "title": self.word_of(person, "title"), "body": self.word_of(person, "body"),
        });
        let mut message = self.event(api, "message.sent", &format!("m{person}-{now}"), &message);
        message["source"] = json!(format!("/{}", self.word("chat")));
        let assigned = json!({ "actor": next, "assignee": user });
        [message, self.event(api, "issue.assigned", &format!("a{person}-{now}"), &assigned)]
    }

    fn notice(&self, api: &Api, users: &[&str]) -> Value {
        let notice = json!({
            "toggle": "security_alerts", "recipients": users, "subject": self.word("subject"),
            "text": self.word("text"),
        });
        let mut notice = self.event(api, "account.notice", "notice", &notice);
        notice["source"] = json!("/accounts");
        notice
    }

    async fn tell(&self, api: &Api, events: &[Value]) {
        let answer = api.admin(&self.id).post("/v1/events", &json!(events)).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        api.work().await;
    }

    /// Everyone has a browser, is somebody at Slack, and watches; and there are two machines.
    async fn choose(&mut self, api: &Api, users: &[&str]) {
        let slack = |person| User::new(&self.slack_user(person), &self.address(person));
        connect_slack(api, &self.id, (0..users.len()).map(slack));
        for (person, user) in users.iter().enumerate() {
            subscribe(api, &self.id, user, &self.word_of(person, "browser")).await;
            let path = format!("/members/{}/slack", self.word_of(person, "member"));
            let body = json!({ "slack_user_id": self.slack_user(person) });
            assert_eq!(api.admin(&self.id).put(&path, &body).await.status, 200);
        }
        watcher(api, &self.id, users[0]).post_nothing(REPORTS).await;
        for name in ["other", "key"] {
            let body = json!({ "name": self.word(name), "permissions": all() });
            let made = api.admin(&self.id).post("/v1/api-keys", &body).await.json();
            self.machine = made["key"].as_str().expect("a key").to_owned();
            self.machine_id = made["id"].as_str().expect("an id").to_owned();
        }
    }
}

/// The names of all permissions.
pub(super) fn all() -> Vec<&'static str> {
    shared::auth::Permission::ALL.map(shared::auth::Permission::name).to_vec()
}

/// What a person's token grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Nothing,
    Everything,
    Admin,
}

/// Who calls: someone of an org unit of the world.
#[derive(Debug, Clone, Copy)]
pub(super) enum Who {
    Person { unit: usize, person: usize, standing: Standing },
    Machine { unit: usize },
}

impl Who {
    pub(super) fn unit(self) -> usize {
        match self {
            Self::Person { unit, .. } | Self::Machine { unit } => unit,
        }
    }

    /// Which person it is.
    pub(super) fn person(self) -> Option<usize> {
        match self {
            Self::Person { person, .. } => Some(person),
            Self::Machine { .. } => None,
        }
    }

    /// As they are let in.
    pub(super) fn caller<'a>(self, api: &'a Api, world: &World) -> Caller<'a> {
        let unit = &world.units[self.unit()];
        match self {
            Self::Machine { .. } => api.stranger().with_token(&unit.machine),
            Self::Person { person, standing, .. } => {
                let caller = api.person(&unit.id, world.users[person]);
                match standing {
                    Standing::Nothing => caller,
                    Standing::Everything => caller.with_claims(&json!({ "permissions": all() })),
                    Standing::Admin => caller.with_claims(&json!({ "role": "admin" })),
                }
            }
        }
    }
}
