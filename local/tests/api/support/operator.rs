//! What operators ask, and a person who did everything that leaves a trace.

use std::time::Duration;

use local::problem::Problem;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use super::watching::{ISSUE, REPORTS, watcher};
use super::{Api, Setup, inbox, mail, push};
use crate::ingest_events::upserted;

/// The person, whose id is nowhere but where it is theirs.
pub(crate) const ZOE: &str = "zoe-77";

/// What nothing may say any more once they are erased, in small letters.
const TRACES: [&str; 4] = ["zoe", "quux", "u0zoe", "secret-browser"];

impl Api {
    /// Asks a function that operators ask about a person of acme.
    pub(crate) async fn ask(&self, function: &str, user: &str) -> Result<Value, Problem> {
        let question = json!({ "org_unit": "acme", "user": user });
        self.ask_with(function, &question, None).await
    }

    /// The same, with any question, and within that time.
    pub(crate) async fn ask_with(
        &self,
        function: &str,
        question: &Value,
        within: Option<Duration>,
    ) -> Result<Value, Problem> {
        self.leaks.secrets.json(question);
        let question = to_raw_value(question).expect("JSON");
        let answer = Box::pin(self.operators.ask(function, &question, within));
        let answer = self.at_work.hold_to_rights(function, &self.faults, answer).await;
        if let Err(why) = &answer {
            self.leaks.told(&why.to_string());
        }
        answer
    }

    /// Erases Zoe, to the end.
    pub(crate) async fn erase_zoe(&self) -> Value {
        let first = self.ask("erase-person", ZOE).await.expect("an answer");
        assert_eq!(first["done"], false, "{first}");
        self.clock.advance(121);
        let last = self.ask("erase-person", ZOE).await.expect("an answer");
        assert_eq!((&last["done"], &last["again_at"]), (&json!(true), &Value::Null), "{last}");
        last
    }

    /// Every item that says something of Zoe.
    pub(crate) async fn traces_of_zoe(&self) -> Vec<String> {
        let items = self.items().await.into_iter().map(|item| item.to_string());
        items.filter(|item| TRACES.iter().any(|it| item.to_lowercase().contains(it))).collect()
    }

    /// Has the system do whatever waits.
    pub(crate) async fn work(&self) {
        self.dispatch().await;
        self.deliver().await;
    }
}

/// An event of the tracker that happens now, in project 1 and about issue 42.
pub(crate) fn event(api: &Api, kind: &str, id: &str, data: &Value) -> Value {
    let mut all = json!({
        "project": { "id": 1, "name": "Kendo" }, "team": { "id": 9, "name": "Core" },
        "issue": { "id": 42, "key": "KD-42", "title": "Add pagination" },
        "report": { "id": 5, "title": "March" }, "lane": { "from": "To do", "to": "Done" },
        "comment": { "id": 3, "text": "Look at this" }, "mentions": [],
    });
    all.as_object_mut().expect("an object").extend(data.as_object().expect("an object").clone());
    json!({
        "specversion": "1.0", "id": id, "source": "/tracker", "type": kind,
        "time": api.timestamp(), "data": all,
    })
}

/// The directory comes to know Zoe.
pub(crate) fn zoe_known(api: &Api, id: &str) -> Value {
    let mut known = upserted(id, "m-zoe", ZOE, true);
    known["time"] = json!(api.timestamp());
    known["data"]["email"] = json!("zoe.quux@mail.example");
    known["data"]["first_name"] = json!("Zoe");
    known["data"]["last_name"] = json!("Quux");
    known
}

/// Everything that comes to Zoe, and that Zoe does to others, as events.
pub(crate) fn told_of_zoe(api: &Api) -> Value {
    let mut chat = mail::message_to("chat-1", &["8", ZOE]);
    chat["data"]["actor"] = json!("9");
    let mut by_zoe = mail::message_to("chat-2", &["8"]);
    by_zoe["data"]["actor"] = json!(ZOE);
    json!([
        event(api, "issue.assigned", "t-1", &json!({ "actor": "4", "assignee": ZOE })),
        event(api, "issue.commented", "t-2", &json!({ "actor": "8", "mentions": [ZOE] })),
        event(api, "issue.lane_changed", "t-3", &json!({ "actor": "8" })),
        event(api, "report.created", "t-4", &json!({ "actor": "8" })),
        mail::alert_to("t-5", &[ZOE, "8"]),
        chat,
        event(api, "issue.assigned", "t-6", &json!({ "actor": ZOE, "assignee": "8" })),
        event(api, "issue.commented", "t-7", &json!({ "actor": ZOE, "mentions": ["8"] })),
        event(api, "report.created", "t-8", &json!({ "actor": ZOE })),
        by_zoe,
        json!({
            "specversion": "1.0", "id": "t-9", "source": "/leads", "type": "surge.fired",
            "time": api.timestamp(), "data": {
                "lead": { "id": "l-1", "name": "Acme" }, "owner": ZOE, "trigger": { "name": "Hot" },
            },
        }),
    ])
}

/// Events of acme, sent and not dispatched yet.
pub(crate) async fn send(api: &Api, events: &Value) {
    let answer = api.admin("acme").post("/v1/events", events).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
}

/// A system in which Zoe lives; see [`live_as_zoe`].
pub(crate) async fn with_zoe() -> Api {
    // It is a long life: on a busy machine no call of it is to be given up.
    let patience = Some(Duration::from_secs(60));
    let setup = Setup { attempt_timeout: patience, timeout: patience, ..Setup::default() };
    let api = Api::start_with(setup).await;
    live_as_zoe(&api).await;
    api
}

/// Zoe, and 8 beside them, do everything that there is to do.
pub(crate) async fn live_as_zoe(api: &Api) {
    let joined = |user: &str| {
        let data = json!({ "actor": "4", "member": user });
        [
            event(api, "project.member_added", &format!("p-{}", user.len()), &data),
            event(api, "team.member_added", &format!("q-{}", user.len()), &data),
        ]
    };
    let mut events = vec![
        zoe_known(api, "known-1"),
        upserted("known-2", "m-8", "8", true),
        event(api, "issue.created", "known-3", &json!({ "actor": ZOE })),
        event(api, "project.created", "known-4", &json!({ "actor": "4", "owner": ZOE })),
    ];
    events.extend([ZOE, "8"].into_iter().flat_map(joined));
    send(api, &json!(events)).await;
    api.work().await;
    let admin = api.admin("acme");
    let slack = json!({ "slack_user_id": "U0ZOE7QUUX" });
    assert_eq!(admin.put("/members/m-zoe/slack", &slack).await.status, 200);
    choose(api).await;
    for user in [ZOE, "8"] {
        watcher(api, "acme", user).post_nothing(ISSUE).await;
        let watching = watcher(api, "acme", user);
        while !watching.get(ISSUE).await.json()["watching"].as_bool().expect("a boolean") {
            watching.post_nothing(ISSUE).await;
        }
    }
    watcher(api, "acme", "8").post_nothing(REPORTS).await;
    // Off and on again, with a record of what was answered.
    watcher(api, "acme", ZOE).post_once(REPORTS, "one").await;
    watcher(api, "acme", ZOE).post_once(REPORTS, "two").await;
    api.clock.advance(1);
    send(api, &told_of_zoe(api)).await;
    api.work().await;
    let inbox = inbox::with_all(api.person("acme", ZOE));
    let ids = inbox::ids(&inbox.get(inbox::INBOX).await);
    assert!(ids.len() >= 4, "{ids:?}");
    inbox.post(inbox::READ, &inbox::these(ids.iter().copied().take(1))).await;
    inbox.post(inbox::DELETE, &inbox::these(ids.iter().copied().skip(1).take(1))).await;
}

/// Zoe chooses on every surface.
async fn choose(api: &Api) {
    let zoe = api.person("acme", ZOE).with("messaging:update");
    let prefs = json!({ "prefs": [{ "event_type": "milestone.exited", "muted": true }] });
    assert_eq!(zoe.put("/me/notification-prefs", &prefs).await.status, 200);
    mail::set_row(api, ZOE, Value::Null, true, "hourly").await;
    let email = json!({ "email": { "product_updates": false } });
    zoe.patch("/v1/me/notifications", &email).await;
    push::subscribe(api, "acme", ZOE, "secret-browser").await;
}
