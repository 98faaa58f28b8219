//! What is wrong with a question: all of it, each with its path.

use http::Method;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{PATH, event, question};
use crate::ingest_events::assigned;
use crate::support::{Answer, Api};

fn good() -> Value {
    question(&assigned("e-1"), &json!([7]))
}

fn with(pointer: &str, value: Value) -> Value {
    let mut body = good();
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
    body.pointer_mut(parent).expect("an object")[field] = value;
    body
}

fn without(pointer: &str) -> Value {
    let mut body = good();
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
    let parent = body.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    parent.remove(field).expect("a field");
    body
}

/// The paths of all that is wrong.
fn paths(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 400, "{}", answer.body);
    answer.faults().into_iter().map(|(path, _)| path).collect()
}

#[tokio::test]
async fn a_wrong_field_of_a_question_is_refused_with_its_path_and_nothing_is_read() {
    let api = Api::start().await;
    let id = "may hold only 1 to 128 of A-Z, a-z, 0-9 and . _ : @ | -";
    let an_id = "must be a string or a whole number below 2^53";
    let mut category = event("message.sent", json!({ "category": "chat.messages" }));
    category["id"] = json!("e-1");
    for (body, path, detail) in [
        (without("/event"), "event", "is required"),
        (with("/event", json!(null)), "event", "must be an object"),
        (with("/event", json!([assigned("e-1")])), "event", "must be an object"),
        (with("/event", json!("e-1")), "event", "must be an object"),
        (without("/event/time"), "event.time", "is required"),
        (without("/event/data"), "event.data", "is required"),
        (without("/event/data/project/id"), "event.data.project.id", "is required"),
        (with("/event/data/assignee", json!(true)), "event.data.assignee", an_id),
        (with("/event/data/assignee", json!("no/id")), "event.data.assignee", id),
        (
            with("/event/specversion", json!("0.3")),
            "event.specversion",
            "must be the string \"1.0\"",
        ),
        (
            with("/event/time", json!("2026-03-13T14:05:00.000000001Z")),
            "event.time",
            "must be at most 5 minutes ahead",
        ),
        (
            with("/event", category),
            "event.data.category",
            "is not one of those allowed; did you mean chat.message?",
        ),
        (
            with("/event/type", json!("issue.asigned")),
            "event.type",
            "is not one of those allowed; did you mean issue.assigned?",
        ),
        (without("/recipients"), "recipients", "is required"),
        (with("/recipients", json!(null)), "recipients", "must be an array"),
        (with("/recipients", json!(7)), "recipients", "must be an array"),
        (with("/recipients", json!({ "0": 7 })), "recipients", "must be an array"),
        (with("/recipients", json!([])), "recipients", "must list 1 to 100 user ids"),
        (with("/recipients", json!([7, null])), "recipients[1]", an_id),
        (with("/recipients", json!([7, 8, 9, [7]])), "recipients[3]", an_id),
        (with("/recipients", json!([1.5])), "recipients[0]", an_id),
        (with("/recipients", json!([-1])), "recipients[0]", an_id),
        (with("/recipients", json!([9_007_199_254_740_992_u64])), "recipients[0]", an_id),
        (with("/recipients", json!([7, ""])), "recipients[1]", id),
        (with("/recipients", json!(["a#b"])), "recipients[0]", id),
        (with("/recipients", json!(["x".repeat(129)])), "recipients[0]", id),
        (
            with("/channels", json!([])),
            "channels",
            "is not a known field; the fields are event, recipients",
        ),
        (
            with("/recipient", json!(7)),
            "recipient",
            "is not a known field; did you mean recipients?",
        ),
        (with("/evnt", json!(7)), "evnt", "is not a known field; did you mean event?"),
    ] {
        let answer = api.admin("acme").post(PATH, &body).await;
        let expected = vec![(path.to_owned(), detail.to_owned())];
        assert_eq!((answer.status, answer.faults()), (400, expected), "{body}");
    }
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn what_an_event_may_hold_it_may_hold_in_a_question_too() {
    let api = Api::start().await;
    let mut event = assigned("e-1");
    event["time"] = json!("2026-03-13T14:05:00Z");
    event["traceparent"] = json!("00-4bf9-01");
    event["data"]["labels"] = json!({ "a": [1] });
    let question = question(&event, &json!([7, "7", "a.b_c:d@e|f-g", "x".repeat(128)]));
    assert_eq!(api.admin("acme").post(PATH, &question).await.status, 200);
}

#[tokio::test]
async fn every_fault_of_a_question_is_told_at_once_in_the_order_of_the_body() {
    let api = Api::start().await;
    let admin = api.admin("acme");
    let seen = async |body: &str| paths(&admin.text(Method::POST, PATH, body.to_owned()).await);
    let missing = seen("{}").await;
    assert_eq!(missing, ["event", "recipients"]);
    let body = r#"{
        "recipients": [7, "", true],
        "scope": 1,
        "event": {
            "type": "issue.assigned", "time": "2027-01-01T00:00:00Z",
            "data": { "assignee": {}, "issue": { "title": "" } }, "specversion": 1
        }
    }"#;
    let expected = [
        "recipients[1]",
        "recipients[2]",
        "scope",
        "event.time",
        "event.data.assignee",
        "event.data.issue.title",
        "event.data.issue.id",
        "event.data.issue.key",
        "event.data.project",
        "event.data.actor",
        "event.specversion",
        "event.id",
        "event.source",
    ];
    let mut seen = seen(body).await;
    assert_eq!(seen.len(), expected.len(), "{seen:?}");
    // Within the data, the order is that of the rules.
    seen[4..10].sort();
    let mut expected = expected.map(str::to_owned).to_vec();
    expected[4..10].sort();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_field_that_comes_twice_is_told_once_wherever_it_is() {
    let api = Api::start().await;
    let event = assigned("e-1").to_string();
    let twice = |field: &str| {
        let (name, _) = field.split_once(':').expect("a field");
        assert_eq!(event.matches(name).count(), 1, "{name}");
        event.replacen(name, &format!("{field},{name}"), 1)
    };
    let body = |event: &str| format!(r#"{{"event":{event},"recipients":[7]}}"#);
    for (body, path) in [
        (format!(r#"{{"event":{event},"recipients":[7],"recipients":[8]}}"#), "recipients"),
        (format!(r#"{{"event":{event},"recipients":[7],"event":{event}}}"#), "event"),
        (format!(r#"{{"event":{event},"recipients":[7],"event":7}}"#), "event"),
        (body(&twice(r#""time":"2026-03-13T14:00:00Z""#)), "event.time"),
        (body(&twice(r#""actor":4"#)), "event.data.actor"),
        (body(&twice(r#""key":"KD-1""#)), "event.data.issue.key"),
        (body(&event.replacen('{', r#"{"x":{"y":1,"y":1},"#, 1)), "event.x.y"),
    ] {
        let answer = api.admin("acme").text(Method::POST, PATH, body.clone()).await;
        let expected = vec![(path.to_owned(), "must not be given more than once".to_owned())];
        assert_eq!((answer.status, answer.faults()), (400, expected), "{body}");
    }
    // Beside other faults, in the order of the body; and what repeats beside the event.
    let event = twice(r#""time":"tomorrow""#).replace("/tracker", "a b");
    let body = format!(r#"{{"recipients":[],"event":{event},"recipients":[7]}}"#);
    let answer = api.admin("acme").text(Method::POST, PATH, body).await;
    let expected = ["recipients", "recipients", "event.source", "event.time", "event.time"];
    assert_eq!(paths(&answer), expected);
}

#[tokio::test]
async fn an_event_that_is_asked_about_has_at_most_32_kib_as_sent() {
    let api = Api::start().await;
    let mut large = assigned("large");
    large["data"]["unknown"] = json!("x".repeat(32 * 1024 - large.to_string().len() - 13));
    assert_eq!(large.to_string().len(), 32 * 1024);
    let body = format!(r#"{{"event":  {large}  ,"recipients":[7]}}"#);
    let ask = async |body: String| api.admin("acme").text(Method::POST, PATH, body).await;
    assert_eq!(ask(body.clone()).await.status, 200, "white space around it does not count");
    let answer = ask(body.replacen("\"data\"", " \"data\"", 1)).await;
    let fault = ("event".to_owned(), "must have at most 32 KiB".to_owned());
    assert_eq!((answer.status, answer.faults()), (400, vec![fault]));
}

#[tokio::test]
async fn a_long_list_of_faults_of_a_question_is_cut_short() {
    let api = Api::start().await;
    let recipients: Vec<Value> = (0..150).map(|_| json!("no id")).collect();
    let mut body = question(&json!({}), &json!(recipients));
    body["extra"] = json!(1);
    assert_eq!(paths(&api.admin("acme").post(PATH, &body).await).len(), 100);
}

#[tokio::test]
async fn a_question_that_cannot_be_read_is_refused_as_a_whole() {
    let api = Api::start().await;
    let admin = api.admin("acme");
    for body in ["[]", "null", "7", "\"event\"", &format!("[{}]", good())] {
        let answer = admin.text(Method::POST, PATH, body.to_owned()).await;
        let detail = json!("the body must be an object");
        assert_eq!((answer.status, &answer.json()["detail"]), (400, &detail), "{body}");
    }
    for body in ["", "{", "{\"event\":}", "not JSON"] {
        let answer = admin.text(Method::POST, PATH, body).await;
        let body = answer.json();
        let detail = body["detail"].as_str().expect("a detail");
        assert!(detail.starts_with("the body is not valid JSON (line 1"), "{detail}");
        assert_eq!(answer.status, 400);
    }
    let large = format!("{}{}", good(), " ".repeat(256 * 1024));
    assert_eq!(admin.text(Method::POST, PATH, large).await.status, 413);
    for (media_type, status) in [
        (None, 200),
        (Some("application/json; charset=utf-8"), 200),
        (Some("application/vnd.acme+json"), 200),
        (Some("text/plain"), 415),
        (Some("application/xml"), 415),
    ] {
        let answer = admin.send(Method::POST, PATH, media_type, good().to_string().into()).await;
        assert_eq!(answer.status, status, "{media_type:?}");
    }
}
