//! Inboxes are what a plain model says, whatever comes in between.

mod model;

use local::environment::TABLE;
use local::faults::{Fault, Plan, Rates};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use shared::deliver::queue::Queue as _;

use super::check;
use super::directory::{dispatch_until_empty, send_until_accepted};
use crate::support::{Api, Caller, letter_reasons, message};
use model::{Mark, Model};

const USERS: [&str; 3] = ["7", "8", "nine"];

/// A message that someone sends to some people.
#[derive(Debug, Clone)]
struct Sent {
    category: &'static str,
    actor: Option<usize>,
    recipients: [bool; USERS.len()],
}

/// Something that happens.
#[derive(Debug, Clone)]
enum Step {
    /// Messages come in; some of them came before.
    Send(Vec<Index>),
    /// What waits is dispatched, while the store fails as that seed has it, or does not.
    Dispatch(Option<u64>),
    /// Everything that was ever accepted is dispatched again, as if nobody knew that it was.
    Replay,
    /// Someone marks some of what they see; and perhaps one that somebody else sees.
    Mark { user: usize, mark: Mark, which: Vec<Index>, foreign: Option<Index> },
}

fn sent() -> impl Strategy<Value = Sent> {
    let category = prop::sample::select(vec!["chat.message", "chat.mention", "order.updated"]);
    (category, prop::option::of(0..USERS.len()), any::<[bool; 3]>())
        .prop_map(|(category, actor, recipients)| Sent { category, actor, recipients })
}

fn step() -> impl Strategy<Value = Step> {
    let some = || prop::collection::vec(any::<Index>(), 1..4);
    let mark = prop::sample::select(vec![Mark::Read, Mark::Unread, Mark::Delete]);
    let marked = (0..USERS.len(), mark, some(), prop::option::weighted(0.2, any::<Index>()));
    prop_oneof![
        3 => some().prop_map(Step::Send),
        3 => prop::option::of(any::<u64>()).prop_map(Step::Dispatch),
        1 => Just(Step::Replay),
        5 => marked.prop_map(|(user, mark, which, foreign)| {
            Step::Mark { user, mark, which, foreign }
        }),
    ]
}

/// A message as an event. It is for 0 at least, who looks at nothing.
fn event(number: usize, sent: &Sent) -> Value {
    let recipients = USERS.iter().zip(sent.recipients).filter(|(_, is_one)| *is_one);
    let recipients: Vec<&str> = recipients.map(|(user, _)| *user).chain(["0"]).collect();
    let mut data = json!({
        "category": sent.category, "recipients": recipients, "title": format!("T{number}"),
    });
    if let Some(actor) = sent.actor {
        data["actor"] = json!(USERS[actor]);
    }
    json!({
        "specversion": "1.0", "id": format!("e-{number}"), "source": "/chat",
        "type": "message.sent", "time": "2026-03-13T14:00:00Z", "data": data,
    })
}

/// What someone sees: id, text, and whether it is read; newest first. The count is that of the
/// unread rows.
async fn seen(person: &Caller<'_>) -> Vec<(Value, String, bool)> {
    let answer = person.get("/api/notifications").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let rows = answer.json().as_array().cloned().expect("an array");
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let text = row["message"].as_str().expect("text").to_owned();
            (row["id"].clone(), text, !row["read_at"].is_null())
        })
        .collect();
    let unread: Vec<_> = rows.iter().filter(|(_, _, is_read)| !is_read).cloned().collect();
    assert_eq!(answer.header("x-unread-count"), unread.len().to_string());
    let answer = person.get("/api/notifications?unread=true").await;
    let listed = answer.json().as_array().cloned().expect("an array");
    let listed: Vec<Value> = listed.iter().map(|row| row["id"].clone()).collect();
    assert_eq!(listed, unread.into_iter().map(|(id, _, _)| id).collect::<Vec<_>>());
    rows
}

/// Every event of the org unit is as if nobody had dispatched it, and waits in the queue.
async fn replay(api: &Api, org_unit: &str) {
    use aws_sdk_dynamodb::types::AttributeValue::S;

    let prefix = format!("OU#{org_unit}#EVENT#");
    let mut messages = Vec::new();
    for item in api.items().await.iter().filter(|item| item["sk"] == "EVENT") {
        let Some(event) = item["pk"].as_str().and_then(|pk| pk.strip_prefix(&prefix)) else {
            continue;
        };
        let body = json!({ "version": 1, "org_unit": org_unit, "event": event, "attempts": 0 });
        messages.push(message(org_unit, &body.to_string()));
        let key = |name: &str| S(item[name].as_str().expect("text").to_owned());
        let undone = api.engine.update_item().table_name(TABLE).key("pk", key("pk"));
        let undone = undone.key("sk", key("sk")).update_expression("REMOVE done_at");
        undone.send().await.expect("an update");
    }
    if !messages.is_empty() {
        api.queue.send(messages).await.expect("sent");
    }
}

#[test]
fn inboxes_are_what_was_sent_and_marked_however_often_and_in_whatever_order_it_is_dispatched() {
    let world = (
        prop::collection::vec(sent(), 1..6),
        any::<[Option<bool>; USERS.len()]>(),
        prop::collection::vec(step(), 1..20),
    );
    check(world, async |api, org_unit, (messages, rows, steps)| {
        let sender = api.person(org_unit, "1").with_claims(&json!({ "role": "admin" }));
        let people = USERS.map(|user| {
            let rights = ["notifications:update", "notifications:delete", "messaging:update"];
            rights.into_iter().fold(api.person(org_unit, user), Caller::with)
        });
        let mut models = [const { Model::new() }; USERS.len()];
        for (person, row) in people.iter().zip(rows) {
            let Some(is_on) = row else { continue };
            let row = json!({
                "in_app_enabled": is_on, "email_enabled": false, "push_enabled": false,
            });
            assert_eq!(person.put("/v1/messaging/preferences", &row).await.status, 200);
        }
        for step in steps {
            match step {
                Step::Send(which) => {
                    let numbers = which.iter().map(|which| which.index(messages.len()));
                    let numbers: Vec<usize> = numbers.collect();
                    let batch = numbers.iter().map(|number| event(*number, &messages[*number]));
                    send_until_accepted(&sender, &batch.collect()).await;
                    for number in numbers {
                        let Sent { category, actor, recipients } = &messages[number];
                        for (user, model) in models.iter_mut().enumerate() {
                            let is_for_them = recipients[user] && *actor != Some(user);
                            let is_on = rows[user] != Some(false) || *category == "chat.mention";
                            if is_for_them && is_on {
                                model.expect(&format!("T{number}"));
                            }
                        }
                    }
                }
                Step::Dispatch(None) => drop(api.dispatch().await),
                Step::Dispatch(Some(seed)) => {
                    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle];
                    let rates = Rates::new(faults.map(|fault| (20, fault)));
                    api.faults.set(Plan::seeded(seed, rates));
                    api.dispatch().await;
                    api.faults.set(Plan::default());
                }
                Step::Replay => replay(api, org_unit).await,
                Step::Mark { user, mark, which, foreign } => {
                    let rows = seen(&people[user]).await;
                    let others = seen(&people[(user + 1) % USERS.len()]).await;
                    models[user].see(&rows);
                    if rows.is_empty() {
                        continue;
                    }
                    let chosen: Vec<_> = which.iter().map(|which| which.get(&rows)).collect();
                    let mut ids: Vec<&Value> = chosen.iter().map(|(id, _, _)| id).collect();
                    let foreign = foreign.filter(|_| !others.is_empty());
                    let foreign = foreign.map(|foreign| &foreign.get(&others).0);
                    ids.extend(foreign);
                    let body = json!({ "notification_ids": ids });
                    let answer = people[user].post(mark.path(), &body).await;
                    if foreign.is_some() {
                        assert_eq!(answer.status, 422, "{}", answer.body);
                        assert_eq!(seen(&people[user]).await, rows);
                        assert_eq!(seen(&people[(user + 1) % USERS.len()]).await, others);
                    } else {
                        assert_eq!(answer.status, 204, "{}", answer.body);
                        models[user].mark(mark, chosen.iter().map(|(_, text, _)| text.as_str()));
                    }
                }
            }
        }
        dispatch_until_empty(api).await;
        for (person, model) in people.iter().zip(models) {
            model.compare(&seen(person).await);
        }
        assert_eq!(letter_reasons(api).await, [""; 0]);
    });
}
