//! Inboxes are what a plain model says, whatever comes in between.

mod model;
mod sent;

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
use sent::{USERS, joined, sent};

/// Something that happens.
#[derive(Debug, Clone)]
enum Step {
    /// Some come in; perhaps not for the first time.
    Send(Vec<Index>),
    /// What waits is dispatched, while the store fails as that seed has it, or does not.
    Dispatch(Option<u64>),
    /// That many seconds pass.
    Wait(i64),
    /// Everything that was ever accepted is dispatched again, as if nobody knew that it was.
    Replay,
    /// Someone marks some of what they see; and perhaps one that somebody else sees.
    Mark { user: usize, mark: Mark, which: Vec<Index>, foreign: Option<Index> },
}

fn step() -> impl Strategy<Value = Step> {
    let some = || prop::collection::vec(any::<Index>(), 1..4);
    let mark = prop::sample::select(vec![Mark::Read, Mark::Unread, Mark::Delete]);
    let marked = (0..USERS.len(), mark, some(), prop::option::weighted(0.2, any::<Index>()));
    prop_oneof![
        3 => some().prop_map(Step::Send),
        3 => prop::option::of(any::<u64>()).prop_map(Step::Dispatch),
        2 => prop_oneof![1..5_i64, 60..4 * 3600_i64].prop_map(Step::Wait),
        1 => Just(Step::Replay),
        5 => marked.prop_map(|(user, mark, which, foreign)| {
            Step::Mark { user, mark, which, foreign }
        }),
    ]
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
pub(super) async fn replay(api: &Api, org_unit: &str) {
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
        any::<([Option<bool>; USERS.len()], [bool; USERS.len()])>(),
        prop::collection::vec(step(), 1..20),
    );
    check(world, async |api, org_unit, (events, (rows, members), steps)| {
        let sender = || api.admin(org_unit);
        let person = |user: usize| {
            let rights = ["notifications:update", "notifications:delete", "messaging:update"];
            rights.into_iter().fold(api.person(org_unit, USERS[user]), Caller::with)
        };
        let mut models = [const { Model::new() }; USERS.len()];
        for (user, row) in rows.into_iter().enumerate() {
            let Some(is_on) = row else { continue };
            let row = json!({
                "in_app_enabled": is_on, "email_enabled": false, "push_enabled": false,
            });
            assert_eq!(person(user).put("/v1/messaging/preferences", &row).await.status, 200);
        }
        for (user, _) in USERS.iter().zip(members).filter(|(_, is_member)| *is_member) {
            send_until_accepted(&sender(), &joined(user)).await;
        }
        for step in steps {
            match step {
                Step::Send(which) => {
                    let numbers = which.iter().map(|which| which.index(events.len()));
                    let numbers: Vec<usize> = numbers.collect();
                    let batch = numbers.iter().map(|number| events[*number].event(*number));
                    send_until_accepted(&sender(), &batch.collect()).await;
                    for number in numbers {
                        for (user, model) in models.iter_mut().enumerate() {
                            if events[number].reaches(user, members[user], rows[user]) {
                                model.expect(&events[number].text(number), api.clock.seconds());
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
                Step::Wait(seconds) => api.clock.advance(seconds),
                Step::Replay => replay(api, org_unit).await,
                Step::Mark { user, mark, which, foreign } => {
                    let (owner, other) = (person(user), person((user + 1) % USERS.len()));
                    let rows = seen(&owner).await;
                    let others = seen(&other).await;
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
                    let answer = owner.post(mark.path(), &body).await;
                    if foreign.is_some() {
                        assert_eq!(answer.status, 422, "{}", answer.body);
                        assert_eq!(seen(&owner).await, rows);
                        assert_eq!(seen(&other).await, others);
                    } else {
                        assert_eq!(answer.status, 204, "{}", answer.body);
                        models[user].mark(mark, chosen.iter().map(|(_, text, _)| text.as_str()));
                    }
                }
            }
        }
        dispatch_until_empty(api).await;
        for (user, model) in models.into_iter().enumerate() {
            model.compare(&seen(&person(user)).await);
        }
        assert_eq!(letter_reasons(api).await, [""; 0]);
    });
}
