//! What each function may do, by `template.yaml`, is what it does.

mod delivery;
mod digests;
mod feedback;
mod keys;
mod persons;
mod slack;

use std::collections::BTreeSet;
use std::time::Duration;

use local::faults::{Fault, Plan};
use local::queue::QueueCall;
use pretty_assertions::assert_eq;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use shared::deliver::queue::Queue as _;

use digests::send_digests;
use feedback::record_feedback;
use keys::rights_to_keys;
use slack::map_someone;

use crate::ingest_events::{assigned, upserted};
use crate::support::inbox::assigned as assigned_to;
use crate::support::mail::alert_to;
use crate::support::rights::{Access, GRANTS, Grant, Right, accesses};
use crate::support::watching::{of_project, tell};
use crate::support::{Api, Setup, identity, message, recorded, recorded_event, send_unrecorded};
use crate::unsubscribe::link_for;

#[tokio::test]
async fn every_function_has_just_the_rights_it_uses() {
    let mut faults = Vec::new();
    for (name, grants) in GRANTS.iter() {
        let Used { rights, accesses } = used(name).await;
        let allowed: BTreeSet<Right> = grants.iter().flat_map(Grant::rights).collect();
        let missing = rights.difference(&allowed);
        faults.extend(missing.map(|right| format!("{name} may not do {right:?}")));
        let idle = allowed.difference(&rights);
        faults.extend(idle.map(|right| format!("{name} does no {right:?}")));
        for access in &accesses {
            if !grants.iter().any(|grant| grant.allows(access)) {
                faults.push(format!("{name} may not do {access:?}"));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

/// What a function does.
struct Used {
    rights: BTreeSet<Right>,
    /// Of the table and its indexes, with the keys that it is about.
    accesses: Vec<Access>,
}

/// What a function does, in a system of its own.
async fn used(function: &str) -> Used {
    // The key of the recorded events, and the one of the admin who makes API keys.
    let mut jwks = recorded_event("jwks");
    let local = identity().jwks()["keys"][0].clone();
    jwks["keys"].as_array_mut().expect("keys").push(local);
    let environment = vec![("AUTH_JWKS", jwks.to_string())];
    // A whole life is told of these: on a busy machine no call of it is to be given up.
    let attempt_timeout = function.ends_with("-person").then_some(Duration::from_secs(60));
    let setup = Setup { environment, attempt_timeout, ..Setup::default() };
    let api = Api::start_with(setup).await;
    match function {
        "dispatch-events" => dispatch(&api).await,
        "accept-bus-events" => accept_from_bus(&api).await,
        "record-email-feedback" => record_feedback(&api).await,
        "deliver-notifications" => delivery::deliver(&api).await,
        "send-digests" => send_digests(&api).await,
        "unsubscribe" => follow_links(&api).await,
        "erase-person" | "export-person" => persons::ask(&api, function).await,
        "put-member-slack" | "sync-slack-identities" => map_someone(&api, function).await,
        function => answer(&api, function).await,
    }
    let calls = api.faults.complete_since(0).into_iter();
    let accesses: Vec<Access> = calls.flat_map(|(call, body)| accesses(&call, &body)).collect();
    let of_store = accesses.iter().map(Access::right);
    let queues = [
        ("Dispatch", &api.queue_faults),
        ("Delivery", &api.delivery_faults),
        ("Digest", &api.digest_faults),
        ("Feedback", &api.feedback_faults),
    ];
    let of_queues = queues.into_iter().flat_map(|(name, queue)| {
        queue.calls().into_iter().map(move |call| {
            let queue = match call {
                QueueCall::Send(_) => format!("{name}Queue.Arn"),
                QueueCall::Bury => format!("{name}DeadLetterQueue.Arn"),
            };
            ("sqs:SendMessage".to_owned(), json!({ "Fn::GetAtt": queue }).to_string())
        })
    });
    let of_secrets = rights_to_keys(&api).chain(slack::right_to_tokens(&api));
    // What a life took before an operator asked is not the function's.
    let is_life = |right: &Right| function.ends_with("-person") && !persons::is_of_marks(right);
    let of_secrets = of_secrets.filter(|right| !is_life(right));
    let of_email = (!api.email_faults.calls().is_empty()).then(|| {
        let place = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:";
        let arn = |kind: &str| json!({ "Fn::Sub": format!("{place}{kind}") });
        let identities =
            [json!("HasSesIdentity"), arn("identity/*${SesIdentity}"), arn("identity/*")];
        let arns =
            [arn("configuration-set/${EmailConfigurationSet}"), json!({ "Fn::If": identities })];
        let arns = arns.map(|arn| arn.to_string());
        // A whole message takes both.
        let actions = ["ses:SendEmail", "ses:SendRawEmail"].map(str::to_owned);
        arns.into_iter().flat_map(move |arn| actions.clone().map(|action| (action, arn.clone())))
    });
    let of_email = of_email.into_iter().flatten();
    let rights = of_store.chain(of_queues).chain(of_secrets).chain(of_email).collect();
    Used { rights, accesses }
}

/// A link to each kind of setting, looked at and used.
async fn follow_links(api: &Api) {
    let settings =
        ["email.product_updates", "activity.notify_mentions", "channel.*.email_enabled", "digest"];
    for setting in settings {
        let link = link_for(api, "acme", "7", setting).await;
        assert_eq!(api.stranger().get(&link).await.status, 200);
        assert_eq!(api.stranger().post_nothing(&link).await.status, 200);
    }
    let event = recorded("unsubscribe");
    api.replay("unsubscribe", &event).await.expect("an answer");
}

/// The recorded request, sent by a person and by a machine.
async fn answer(api: &Api, function: &str) {
    // A key that nobody presented yet, so that it is looked up; and one more to list.
    let key = api.machine("acme").with_all().key().await;
    // Something to watch.
    let mut created = of_project(api, "issue.created", "known", "4");
    created["data"]["project"]["id"] = json!(9);
    tell(api, "acme", &created).await;
    // Something for a list to show, with someone to look up.
    assigned_to("e-1").put(api).await;
    if function == "list-deliveries" {
        let mut alert = alert_to("e-41", &["7"]);
        alert["source"] = json!("/tracker");
        tell(api, "acme", &upserted("e-7", "m-7", "7", true)).await;
        tell(api, "acme", &alert).await;
        api.deliver().await;
    }
    let mut by_machine = recorded_event(function);
    let key = key["key"].as_str().expect("a key");
    by_machine["headers"]["authorization"] = json!(format!("Bearer {key}"));
    api.faults.set(Plan::default());
    api.queue_faults.set(Plan::default());
    api.delivery_faults.set(Plan::default());
    api.email_faults.set(Plan::default());
    api.replay(function, &recorded(function)).await.expect("an answer");
    api.replay(function, &by_machine.to_string()).await.expect("an answer");
    if function == "ingest-events" {
        let attaching = json!(attaching());
        by_machine["body"] = json!(attaching.to_string());
        by_machine["headers"]["content-type"] = json!("application/json");
        by_machine["isBase64Encoded"] = json!(false);
        api.replay(function, &by_machine.to_string()).await.expect("an answer");
    }
}

/// Events that attach someone: to an issue, and to the reports of a project of their own.
fn attaching() -> [Value; 2] {
    let mut created = assigned("created");
    created["type"] = json!("project.created");
    created["data"] = json!({ "project": { "id": 5, "name": "Kendo" }, "actor": 4, "owner": 7 });
    [assigned("attaching"), created]
}

/// Events that are good, and one that is not.
async fn accept_from_bus(api: &Api) {
    let good = recorded_event("accept-bus-events")["detail"].to_string();
    api.put_on_bus(&RawValue::from_string(good).expect("JSON")).await.expect("accepted");
    for mut event in attaching() {
        event["orgunit"] = json!("acme");
        let event = RawValue::from_string(event.to_string()).expect("JSON");
        api.put_on_bus(&event).await.expect("accepted");
    }
    let bad = RawValue::from_string("{}".to_owned()).expect("JSON");
    api.put_on_bus(&bad).await.expect_err("refused");
}

/// How often a call to the store is attempted.
const ATTEMPTS: usize = 4;

/// Events of every kind of consequence, first at a moment when the store is away, and a
/// message that is none.
async fn dispatch(api: &Api) {
    let mut notice = assigned("e-1");
    notice["type"] = json!("message.sent");
    notice["data"] = json!({ "category": "chat.message", "recipients": [7, 8], "title": "Hi" });
    let mut moved = assigned("e-4");
    moved["type"] = json!("issue.lane_changed");
    moved["data"]["lane"] = json!({ "from": "Doing", "to": "Done" });
    // Of these, this one is to be delivered.
    let alert = alert_to("e-5", &["7"]);
    let known = upserted("e-3", "m-1", "7", true);
    let events = json!([notice, assigned("e-2"), known, moved, alert]);
    let answer = api.admin("acme").post("/v1/events", &events).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    // What could not be recorded before is left to it.
    send_unrecorded(api, "acme", &json!(attaching())).await;
    api.queue_faults.set(Plan::default());
    api.delivery_faults.set(Plan::default());
    persons::remember_an_erasure(api).await;
    // Every attempt to read one of the seven events.
    api.faults.set(Plan::fail_calls(1..1 + 7 * ATTEMPTS, Fault::Throttle));
    api.dispatch().await;
    api.clock.advance(600);
    api.queue.send(vec![message("acme", "none")]).await.expect("sent");
    api.dispatch().await;
}
