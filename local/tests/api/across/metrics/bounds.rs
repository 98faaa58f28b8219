//! What metrics may be told apart by: a closed set of values, which no person, org unit, address, id or
//! token can come into, and which is what they cost.

use std::collections::{BTreeMap, BTreeSet};

use local::faults::{Fault, Plan};
use local::template::{Template, Trigger};
use serde_json::Value;
use shared::deliver::queue::Queue as _;

use crate::deliver_notifications::push::{message, with_browsers};
use crate::deliver_notifications::slack::surge;
use crate::support::emf::{Metric, metrics, metrics_of, with_metrics};
use crate::support::mail::{alert_to, know_addresses, message_to, set_row, tell};
use crate::support::slack::{connect_slack, slack_id, slack_user};
use crate::support::{Api, message as queued, recorded};

/// Every metric: its name, its unit, and each set of dimensions that it comes with.
const METRICS: [(&str, &str, &[&str]); 9] = [
    ("Requests", "Count", &["Route", "Status"]),
    ("Duration", "Milliseconds", &["Route", "Status"]),
    ("Work", "Count", &["Function", "Outcome"]),
    ("Decisions", "Count", &["Outcome"]),
    ("Decisions", "Count", &["Function", "Outcome"]),
    ("Deliveries", "Count", &["Channel", "Result"]),
    ("DigestLag", "Seconds", &[]),
    ("StoreCalls", "Count", &["Function"]),
    ("StoreUnits", "Count", &["Function"]),
];

/// Every value that a dimension may have.
fn values(template: &Template) -> BTreeMap<&'static str, BTreeSet<String>> {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    let keys = template.routes().into_iter().map(|it| format!("{} {}", it.method, it.path));
    let mut routes: BTreeSet<String> = keys.collect();
    routes.insert("none".to_owned());
    let functions = template.functions.iter().map(|function| function.name.clone());
    BTreeMap::from([
        ("Route", routes),
        ("Status", words(&["2xx", "3xx", "4xx", "5xx"])),
        ("Function", functions.collect()),
        ("Outcome", words(&["done", "later", "dead", "failed", "allow", "defer", "deny"])),
        ("Channel", words(&["email", "push", "slack", "digest"])),
        ("Result", words(&["sent", "denied", "failed"])),
    ])
}

/// Everything that the API can be asked, by everyone who may and who may not, while all is well and while
/// the store fails; everything that workers, the bus and the schedule do with it.
async fn everything(api: &Api, template: &Template) {
    know_addresses(api, &["7", "8"]).await;
    connect_slack(api, "acme", [slack_user("7")]);
    api.map_to_slack("acme", "7", &slack_id("7")).await;
    let _browsers = with_browsers(api, ["one"]).await;
    set_row(api, "8", Value::Null, true, "hourly").await;
    for event in [alert_to("e-1", &["7"]), message("e-2"), surge("e-3"), message_to("e-4", &["8"])]
    {
        tell(api, &event).await;
    }
    let garbage = vec![queued("acme", "jane@acme.example")];
    api.queue.send(garbage).await.expect("sent");
    api.dispatch().await;
    api.deliver().await;
    api.clock.advance(60 * 60);
    api.tick("2026-03-13T15:00:00Z").await;
    api.send_digests().await;
    let plans = [(true, Plan::default()), (false, Plan::always(Fault::Throttle))];
    for (is_kind, plan) in plans {
        api.faults.set(plan);
        for function in &template.functions {
            let event = recorded(&function.name);
            for trigger in &function.triggers {
                match trigger {
                    Trigger::Route(_) => {
                        api.replay(&function.name, &event).await.expect("an answer");
                        let refused = event.replace("Bearer ", "Nobody ");
                        api.replay(&function.name, &refused).await.expect("an answer");
                    }
                    Trigger::Operator => {
                        let question = serde_json::from_str(&event).expect("JSON");
                        let asked = api.ask_with(&function.name, &question, None).await;
                        assert_eq!(asked.is_ok(), is_kind, "{}", function.name);
                    }
                    Trigger::Bus | Trigger::Queue { .. } | Trigger::Schedule(_) => {}
                }
            }
        }
        api.pump.replay(&recorded("dispatch-events")).await.expect("an answer");
        api.delivery.replay(&recorded("deliver-notifications")).await.expect("an answer");
        api.feedback.replay(&recorded("record-email-feedback")).await.expect("an answer");
        api.schedules.tick(api.timestamp().parse().expect("an instant")).await;
    }
}

#[tokio::test]
async fn no_dimension_of_any_line_holds_anyone_or_anything_but_a_word_of_a_closed_set() {
    let template = Template::load().expect("the template");
    let api = with_metrics().await;
    everything(&api, &template).await;
    let values = values(&template);
    let known: BTreeSet<_> = METRICS
        .map(|(name, unit, dimensions)| (name.to_owned(), unit.to_owned(), dimensions.to_vec()))
        .into();
    let mut seen = BTreeSet::new();
    for Metric { name, unit, dimensions, value } in metrics(&api) {
        assert!(value.is_finite() && value >= 0.0, "{name} is {value}");
        for (dimension, value) in &dimensions {
            let words = values.get(dimension.as_str()).expect("a dimension");
            assert!(words.contains(value), "{dimension} of {name} is {value}");
        }
        let dimensions = dimensions.keys().map(|dimension| {
            *values.keys().find(|known| *known == dimension).expect("a dimension")
        });
        seen.insert((name, unit, dimensions.collect::<Vec<_>>()));
    }
    assert_eq!(seen, known, "every metric was seen, and no other");
}

#[tokio::test]
async fn every_line_with_metrics_keeps_its_members_apart_from_the_fields_of_the_log() {
    let template = Template::load().expect("the template");
    let api = with_metrics().await;
    everything(&api, &template).await;
    for line in api.log.lines() {
        let line: Value = serde_json::from_str(&line).expect("JSON");
        if line.get("event.name").is_some() {
            continue;
        }
        assert!(!metrics_of(&line).is_empty(), "{line}");
        for name in line.as_object().expect("an object").keys() {
            let is_field = name.contains('.') || ["level", "timestamp"].contains(&name.as_str());
            let is_member = name == "_aws" || name.starts_with(|first: char| first.is_uppercase());
            assert!(is_field || is_member, "{name}");
        }
    }
}

#[test]
fn the_page_about_metrics_lists_each_with_its_unit_and_dimensions_and_what_all_cost() {
    let page = include_str!("../../../../../docs/observability.md");
    let template = Template::load().expect("the template");
    for (name, unit, dimensions) in METRICS {
        let dimensions = dimensions.iter().map(|name| format!("`{name}`"));
        let dimensions = dimensions.collect::<Vec<_>>().join(", ");
        let row = page.lines().find(|line| {
            let mut cells = line.split('|').map(str::trim).skip(1);
            cells.next() == Some(&format!("`{name}`"))
                && cells.next() == Some(unit)
                && cells.next() == Some(if dimensions.is_empty() { "none" } else { &dimensions })
        });
        assert!(row.is_some(), "no row for {name} in {unit} by {dimensions}");
    }
    let workers = template.functions.iter();
    let workers = workers.filter(|function| {
        !function.triggers.iter().any(|trigger| matches!(trigger, Trigger::Route(_)))
    });
    let (routes, functions) = (template.routes().len(), template.functions.len());
    // Two by route and class of status, and by no route; work; decisions; deliveries; the lag; the store.
    let most = 2 * 4 * (routes + 1) + 4 * workers.count() + 9 + 12 + 1 + 2 * functions;
    let text = format!("at most {most} of them");
    assert!(page.contains(&text), "the page does not say: {text}");
}
