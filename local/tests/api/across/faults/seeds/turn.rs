//! One turn: a function is invoked in some weather, and again until it is done; then its twin is, without any;
//! and what they answered and left behind is compared.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use local::bus::NotAccepted;
use local::template::{Route, Trigger};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use super::compared::{answered, differences, parts_that_differ, stored};
use super::events::{happenings, reaching};
use super::request::{Again, Asked, Draws, asked};
use super::weather::Weather;
use super::world::{DEADLINE, USERS, Worlds, choose_digests, send, waiting};
use shared::deliver::queue::Queue as _;

use crate::record_email_feedback::bounce_of;
use crate::support::{Answer, Api, message, openapi};

/// How long a busy machine may take to look at the time.
const BUSY: Duration = Duration::from_secs(5);

/// Longer than a sync of Slack users is left to whoever died of it.
const A_LEASE: i64 = 31;

/// How often something is asked again while nothing fails.
const MOST: usize = 6;

/// A function, and what it is invoked for.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    pub(super) function: String,
    pub(super) trigger: Trigger,
    pub(super) weather: Weather,
    pub(super) draws: Draws,
}

impl Turn {
    pub(super) async fn take(&self, worlds: &mut Worlds) {
        worlds.turn += 1;
        // What is said later counts.
        worlds.advance(1);
        match &self.trigger {
            Trigger::Route(route) => self.ask(worlds, route).await,
            Trigger::Queue { .. } => self.work(worlds).await,
            Trigger::Bus => self.put_on_the_bus(worlds).await,
            Trigger::Schedule(_) => self.tick(worlds).await,
            Trigger::Operator => self.ask_as_operator(worlds).await,
        }
        let differences = differences(worlds).await;
        assert!(differences.is_empty(), "after {self:?}: {differences:#?}");
    }

    async fn ask(&self, worlds: &mut Worlds, route: &Route) {
        let known = &worlds.twin;
        let asked = asked(worlds, known, &self.function, &route.method, self.draws).await;
        let uri = asked.path.parse().expect("a path");
        let leads_to = openapi::route(worlds.twin.gateway.routes(), &asked.method, &uri);
        assert_eq!(leads_to, Some(route), "what is asked is asked of that route");

        let before = match asked.again {
            Again::Same => BTreeMap::new(),
            Again::UnlessDone => stored(&worlds.faulty).await,
        };
        let began = Instant::now();
        let first = worlds.under(&self.weather, async |api| asked.send(api).await).await;
        assert!(began.elapsed() < DEADLINE + BUSY, "{:?}", began.elapsed());
        let is_fault = first.as_ref().is_some_and(|answer| answer.status == 500);
        assert!(!is_fault || self.weather.refuses(), "{asked:?} is 500 in {:?}", self.weather);
        let is_done = match (&first, asked.again) {
            (Some(answer), _) if !is_open(answer) => true,
            (_, Again::Same) => false,
            (_, Again::UnlessDone) => stored(&worlds.faulty).await != before,
        };
        let is_again = first.as_ref().is_none_or(is_open);
        let answer = match first.filter(|answer| !is_open(answer)) {
            None if !is_done => Some(ask_again(worlds, &asked).await),
            answer => answer,
        };
        worlds.rewind_secrets();
        let expected = asked.send(&worlds.twin).await;
        match answer {
            // What was done already may say so.
            Some(answer) if is_again && answer.status < 300 => {
                assert!(expected.status < 300, "{asked:?}: {}", expected.body);
                assert_eq!(answered(&answer).1, answered(&expected).1, "{asked:?}");
            }
            Some(answer) => assert_eq!(answered(&answer), answered(&expected), "{asked:?}"),
            // All of it was done: as it is where nothing fails.
            None => assert!(expected.status < 300, "{asked:?}: {}", expected.body),
        }
        if self.function == "ingest-events" {
            worlds.work().await;
        }
    }

    async fn work(&self, worlds: &mut Worlds) {
        let function = self.function.as_str();
        let user = USERS[self.draws[0] % USERS.len()];
        match function {
            "dispatch-events" => {
                let events = happenings(&worlds.twin, worlds.turn, self.draws, 4);
                send(worlds, &json!(events)).await;
            }
            "deliver-notifications" => {
                send(worlds, &json!(reaching(&worlds.twin, worlds.turn, user))).await;
                for api in worlds.both() {
                    api.dispatch().await;
                }
            }
            "send-digests" => {
                wait_for_digests(worlds, user).await;
                for api in worlds.both() {
                    api.tick(&api.timestamp()).await;
                }
            }
            "record-email-feedback" => {
                let event = bounce_of(user, &format!("{user}@acme.example"), "Permanent");
                let sent = message("ses", &event.to_string());
                for api in worlds.both() {
                    api.feedback_queue.send(vec![sent.clone()]).await.expect("sent");
                }
            }
            function => panic!("{function} is a new one: say here what it works on"),
        }
        assert!(!waiting(&worlds.faulty).await.is_empty(), "something is to be done");
        // Who cannot write down for long that they sent something leaves it to someone to look at.
        worlds
            .under(&self.weather.passing(), async |api| match function {
                "dispatch-events" => api.dispatch().await,
                "deliver-notifications" => api.deliver().await,
                "send-digests" => api.send_digests().await,
                _ => api.record_feedback().await,
            })
            .await;
        worlds.work().await;
    }

    async fn put_on_the_bus(&self, worlds: &mut Worlds) {
        let mut event = happenings(&worlds.twin, worlds.turn, self.draws, 1).remove(0);
        event["orgunit"] = json!("acme");
        let event = to_raw_value(&event).expect("JSON");
        let first = worlds.under(&self.weather, async |api| api.bus.put(&event).await).await;
        match first {
            Some(Ok(())) => {}
            // Lambda invokes again.
            None | Some(Err(NotAccepted::Undone(_))) => {
                assert_eq!(worlds.faulty.bus.put(&event).await, Ok(()));
            }
            Some(Err(refused)) => panic!("{refused}"),
        }
        assert_eq!(worlds.twin.bus.put(&event).await, Ok(()));
        worlds.work().await;
    }

    async fn tick(&self, worlds: &mut Worlds) {
        wait_for_digests(worlds, USERS[self.draws[0] % USERS.len()]).await;
        let now: Timestamp = worlds.twin.timestamp().parse().expect("an instant");
        worlds.under(&self.weather, async |api| api.schedules.tick(now).await).await;
        // The next one finds what that one left.
        for api in worlds.both() {
            api.tick(&now.to_string()).await;
        }
        worlds.work().await;
    }

    async fn ask_as_operator(&self, worlds: &mut Worlds) {
        let function = self.function.as_str();
        let user = if function == "erase-person" { USERS[3] } else { USERS[self.draws[0] % 4] };
        worlds.under(&self.weather, async |api| api.ask(function, user).await).await;
        let mut answers = [Value::Null, Value::Null];
        for _ in 0..MOST {
            for (api, answer) in worlds.both().into_iter().zip(&mut answers) {
                *answer = api.ask(function, user).await.expect("an answer");
            }
            if answers.iter().all(|answer| answer["done"] != false) {
                break;
            }
            worlds.advance(121);
        }
        let [answer, expected] = answers;
        let is_erased = function == "erase-person";
        if is_erased {
            assert!(answer["done"] == true && expected["done"] == true, "{answer} {expected}");
        } else {
            assert_eq!(parts_that_differ(answer, expected), [""; 0]);
        }
    }
}

/// Someone is told of something in a digest, which is due.
async fn wait_for_digests(worlds: &Worlds, user: &str) {
    // Who was erased chose nothing.
    for api in worlds.both() {
        choose_digests(api, user).await;
    }
    send(worlds, &json!(reaching(&worlds.twin, worlds.turn, user))).await;
    worlds.work().await;
    worlds.pass_a_day();
}

/// Whether the answer leaves open what became of it, and asks to come again.
fn is_open(answer: &Answer) -> bool {
    answer.status >= 500 || answer.body.contains("still being carried out")
}

/// Asks until it is answered. Whoever died, or was told to come again, may have left a lease behind.
async fn ask_again(worlds: &Worlds, asked: &Asked) -> Answer {
    let api: &Api = &worlds.faulty;
    for _ in 0..MOST {
        worlds.rewind_secrets();
        let answer = asked.send(api).await;
        assert_ne!(answer.status, 500, "{asked:?} where nothing fails any more");
        if !is_open(&answer) {
            return answer;
        }
        worlds.advance(A_LEASE);
    }
    panic!("never answered: {asked:?}");
}
