//! Two systems in which the same happens: one that meets faults, and its twin that meets none.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use serde_json::{Value, json};

use super::events::WAITS;
use super::weather::{ATTEMPT, Weather, clear};
use crate::ingest_events::upserted;
use crate::support::operator::event;
use crate::support::slack::{connect_slack, slack_user};
use crate::support::{Api, Setup, push};

/// Who there is. The last one is erased now and then.
pub(super) const USERS: [&str; 4] = ["4", "7", "8", "5"];

/// How long a function may take here: shorter than the template says, so that deadlines come.
pub(super) const DEADLINE: Duration = Duration::from_secs(3);

/// Longer than anybody's day, and so than any digest waits, any claim holds and any token counts.
const A_DAY: i64 = 26 * 3600;

/// What time passes until a message is visible again: delays first, then those whose worker died.
const ROUNDS: [i64; 9] = [6, 12, 25, 60, 400, 1000, 1000, 2000, 4000];

pub(super) struct Worlds {
    pub(super) faulty: Api,
    pub(super) twin: Api,
    /// How many faults were met.
    pub(super) met: Arc<AtomicUsize>,
    /// How many steps there were, to name what is new.
    pub(super) turn: u64,
    /// How many workers died.
    pub(super) deaths: usize,
}

impl Worlds {
    pub(super) async fn begin(met: Arc<AtomicUsize>) -> Self {
        let setup =
            Setup { attempt_timeout: Some(ATTEMPT), timeout: Some(DEADLINE), ..Setup::default() };
        let faulty = Api::start_with(setup).await;
        let patience = Some(Duration::from_secs(60));
        let setup = Setup { attempt_timeout: patience, timeout: patience, ..Setup::default() };
        let twin = Api::start_with(setup).await;
        let worlds = Self { faulty, twin, met, turn: 0, deaths: 0 };
        for api in worlds.both() {
            populate(api).await;
        }
        worlds
    }

    pub(super) fn both(&self) -> [&Api; 2] {
        [&self.faulty, &self.twin]
    }

    /// Time passes, in both.
    pub(super) fn advance(&self, seconds: i64) {
        for api in self.both() {
            api.clock.advance(seconds);
        }
    }

    /// The next secret is the same in both, whatever was drawn before.
    pub(super) fn rewind_secrets(&self) {
        for api in self.both() {
            api.entropy.rewind_to_secret(1000 + self.turn);
        }
    }

    pub(super) fn pass_a_day(&self) {
        self.advance(A_DAY);
    }

    /// Does it in that weather; nothing, if whoever did it died.
    pub(super) async fn under<T>(
        &mut self,
        weather: &Weather,
        work: impl AsyncFnOnce(&Api) -> T,
    ) -> Option<T> {
        weather.set(&self.faulty, &self.met);
        let done = tokio::select! {
            done = Box::pin(work(&self.faulty)) => Some(done),
            () = self.faulty.death() => None,
        };
        clear(&self.faulty).await;
        if done.is_none() {
            self.deaths += 1;
            // By then, whatever else the dead had asked for has come to the engine.
            self.faulty.items().await;
        }
        done
    }

    /// Has workers do all that waits, however long it takes.
    pub(super) async fn work(&self) {
        let mut rounds = ROUNDS.into_iter();
        loop {
            work_once(&self.faulty).await;
            if waiting(&self.faulty).await.is_empty() {
                break;
            }
            let Some(seconds) = rounds.next() else {
                panic!("never done: {:?}", waiting(&self.faulty).await);
            };
            self.advance(seconds);
        }
        work_once(&self.twin).await;
        assert_eq!(waiting(&self.twin).await, [""; 0]);
    }
}

/// Has each worker do what is visible now.
pub(super) async fn work_once(api: &Api) {
    api.dispatch().await;
    api.deliver().await;
    api.send_digests().await;
    api.record_feedback().await;
}

/// Everything that waits for a worker.
pub(super) async fn waiting(api: &Api) -> Vec<String> {
    let mut bodies = Vec::new();
    for queue in [&api.queue, &api.delivery_queue, &api.digest_queue, &api.feedback_queue] {
        let messages = queue.messages().await.expect("messages");
        bodies.extend(messages.into_iter().map(|message| message.body));
    }
    bodies
}

/// Everyone is known, and in the project; some want digests, and some have a browser.
async fn populate(api: &Api) {
    let mut events = Vec::new();
    for user in USERS {
        events.push(upserted(&format!("known-{user}"), &format!("m-{user}"), user, true));
        let data = json!({ "actor": "4", "member": user });
        events.push(event(api, "project.member_added", &format!("in-{user}"), &data));
    }
    events.push(event(api, "issue.created", "issue", &json!({ "actor": "4" })));
    let answer = api.admin("acme").post("/v1/events", &json!(events)).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    work_once(api).await;
    connect_slack(api, "acme", ["4", "7", "8"].map(slack_user));
    for user in USERS {
        choose_digests(api, user).await;
        push::subscribe(api, "acme", user, &format!("first-of-{user}")).await;
    }
}

/// Email of one category waits, and is the only thing that leaves.
pub(super) async fn choose_digests(api: &Api, user: &str) {
    let row = json!({
        "category": WAITS, "in_app_enabled": true, "email_enabled": true, "push_enabled": false,
        "digest": "hourly",
    });
    let person = api.person("acme", user).with("messaging:update");
    assert_eq!(person.put("/v1/messaging/preferences", &row).await.status, 200);
}

/// Sends events to both, where nothing fails.
pub(super) async fn send(worlds: &Worlds, events: &Value) {
    for api in worlds.both() {
        let answer = api.admin("acme").post("/v1/events", events).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
    }
}
