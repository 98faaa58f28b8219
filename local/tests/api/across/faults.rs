//! What callers see of a store that fails.

pub(crate) mod agree;
pub(crate) mod seeds;

use std::time::Duration;

use local::faults::{Fault, Plan, Rates};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::{Api, Setup};

const PATH: &str = "/me/notification-prefs";

fn off() -> serde_json::Value {
    json!({ "notifications_enabled": false })
}

/// Every fault that passes by itself.
const PASSING: [Fault; 5] = [
    Fault::LoseRequest,
    Fault::LoseAnswer,
    Fault::Throttle,
    Fault::ExceedThroughput,
    Fault::Conflict,
];

#[tokio::test]
async fn a_fault_that_passes_is_not_noticed() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    for fault in PASSING {
        api.faults.set(Plan::first([fault, fault]));
        assert_eq!(person.put(PATH, &off()).await.status, 200, "{fault:?}");
        assert_eq!(api.faults.calls().len(), 3, "{fault:?}");
    }
    for fault in [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle] {
        api.faults.set(Plan::first([fault, fault]));
        let answer = person.get(PATH).await;
        assert_eq!(
            (answer.status, answer.json()["notifications_enabled"].clone()),
            (200, json!(false))
        );
    }
}

#[tokio::test]
async fn a_fault_that_stays_is_a_503_that_says_when_to_come_again() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    for fault in PASSING {
        api.faults.set(Plan::always(fault));
        let answer = person.put(PATH, &off()).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "2"), "{fault:?}");
        let detail = "the service is busy and may have carried this out; send it again if that may \
                      happen twice";
        assert_eq!(answer.json()["detail"], detail);
        assert_eq!(api.faults.calls().len(), 4, "{fault:?}: attempts are bounded");
    }
}

#[tokio::test]
async fn an_answer_of_nothing_is_no_answer() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    assert_eq!(person.put(PATH, &off()).await.status, 200);
    api.faults.set(Plan::always(Fault::EmptyAnswer));
    let on = json!({ "notifications_enabled": true });
    assert_eq!(person.put(PATH, &on).await.status, 503);
    assert_eq!(api.faults.calls().len(), 4, "it is asked for again");
    assert_eq!(person.get(PATH).await.status, 503);
    assert_eq!(person.get("/api/notifications").await.status, 503);
    let key = json!({ "name": "Issue tracker", "permissions": ["events:write"] });
    assert_eq!(api.admin("acme").post("/v1/api-keys", &key).await.status, 503);
    api.faults.set(Plan::first([Fault::EmptyAnswer, Fault::EmptyAnswer]));
    assert_eq!(person.get(PATH).await.json()["notifications_enabled"], true);
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_is_made_again() {
    let attempt_timeout = Some(Duration::from_millis(250));
    let api = Api::start_with(Setup { attempt_timeout, ..Setup::default() }).await;
    let person = api.person("acme", "7");
    api.faults.set(Plan::first([Fault::Delay(Duration::from_secs(60))]));
    assert_eq!(person.get(PATH).await.status, 200);
    api.faults.set(Plan::always(Fault::Delay(Duration::from_secs(60))));
    assert_eq!(person.get(PATH).await.status, 503);
}

#[tokio::test]
async fn retries_end_before_the_deadline() {
    // Four attempts would take longer than there is; two do not.
    let setup = Setup {
        attempt_timeout: Some(Duration::from_millis(300)),
        timeout: Some(Duration::from_millis(1300)),
        ..Setup::default()
    };
    let api = Api::start_with(setup).await;
    api.faults.set(Plan::always(Fault::Delay(Duration::from_secs(60))));
    let answer = api.person("acme", "7").get(PATH).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
    assert!(api.faults.calls().len() > 1, "it was tried again");
    assert!(api.log.lines()[0].contains("deadline_exceeded"), "{:?}", api.log.lines());
}

#[tokio::test]
async fn a_request_that_arrives_late_is_carried_out_all_the_same() {
    let attempt_timeout = Some(Duration::from_millis(250));
    let api = Api::start_with(Setup { attempt_timeout, ..Setup::default() }).await;
    let person = api.person("acme", "7");
    api.faults.set(Plan::first([Fault::Delay(Duration::from_secs(2))]));
    assert_eq!(person.put(PATH, &off()).await.status, 200);
    // The first attempt comes after the second one, and after the next change too: an update that
    // is not conditional may be overtaken by its own late copy.
    let on = json!({ "notifications_enabled": true });
    assert_eq!(person.put(PATH, &on).await.status, 200);
    let seen = async || person.get(PATH).await.json()["notifications_enabled"].clone();
    assert_eq!(seen().await, true);
    api.faults.settled().await;
    assert_eq!(seen().await, false);
}

#[tokio::test]
async fn the_log_counts_every_attempt() {
    let api = Api::start().await;
    api.faults.set(Plan::first([Fault::Throttle, Fault::LoseAnswer]));
    api.person("acme", "7").put(PATH, &off()).await;
    assert!(api.log.lines()[0].contains(r#""store.attempts":3"#), "{:?}", api.log.lines());
}

#[tokio::test]
async fn a_store_that_refuses_us_is_a_500_without_inner_detail() {
    let environment = vec![("TABLE_NAME", "no-such-table".to_owned())];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    let answer = api.person("acme", "7").get(PATH).await;
    assert_eq!(
        (answer.status, &answer.json()["detail"]),
        (500, &json!("an internal error occurred"))
    );
    assert!(!answer.body.contains("table"), "{}", answer.body);
    let line = api.log.lines().pop().expect("a line");
    assert!(line.contains(r#""error.code":"ResourceNotFoundException""#), "{line}");
}

#[tokio::test]
async fn under_random_faults_every_acknowledged_change_is_there() {
    let api = Api::start().await;
    let rates = Rates::new([
        (10, Fault::LoseRequest),
        (10, Fault::LoseAnswer),
        (10, Fault::Throttle),
        (10, Fault::Conflict),
    ]);
    for seed in 0..40 {
        let user = format!("user-{seed}");
        let person = api.person("acme", &user);
        api.faults.set(Plan::seeded(seed, rates.clone()));
        let written = person.put(PATH, &off()).await.status;
        api.faults.set(Plan::default());
        let enabled = person.get(PATH).await.json()["notifications_enabled"].clone();
        match written {
            200 => assert_eq!(enabled, false, "seed {seed}: an acknowledged change was lost"),
            // The answer got lost as often as it may: the change was made or not, and may be
            // made again.
            503 => assert_eq!(person.put(PATH, &off()).await.status, 200),
            other => panic!("seed {seed}: {other}"),
        }
    }
}
