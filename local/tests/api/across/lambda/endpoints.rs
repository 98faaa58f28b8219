//! Functions behind a route.

use std::time::Duration;

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{RuntimeApi, configured};
use crate::support::emf::{NAMESPACE, metrics_of, sum};
use crate::support::process::Process;
use crate::support::{Api, recorded};

#[tokio::test]
async fn a_function_answers_invocations_one_after_the_other() {
    let api = Api::start().await;
    let endpoint = api.faults.endpoint();
    let put = recorded("put-notification-prefs");
    let mut runtime = RuntimeApi::start().await;
    let mut command = configured("put-notification-prefs", &runtime.address, &endpoint);
    let process = Process::start(&mut command);
    let done = runtime.answer(&process, &put).await;
    assert_eq!((&done["statusCode"], &done["body"]), (&json!(200), &json!(r#"{"status":"ok"}"#)));
    let no_event = runtime.answer(&process, r#"{"headers":"hush"}"#).await;
    assert_eq!(no_event["statusCode"], 500);
    assert!(!no_event.to_string().contains("hush"), "nothing of it is quoted: {no_event}");
    let headers: serde_json::Map<_, _> =
        (0..30_000).map(|it| (format!("x-{it}"), json!("hush"))).collect();
    let no_event = runtime.answer(&process, json!({ "headers": headers }).to_string()).await;
    assert_eq!(no_event["statusCode"], 500, "more headers than there is room for: {no_event}");
    let again = runtime.answer(&process, &put).await;
    assert_eq!(again["statusCode"], 200, "one bad event does not end the function");

    let mut runtime = RuntimeApi::start().await;
    let mut command = configured("get-notification-prefs", &runtime.address, &endpoint);
    let process = Process::start(&mut command);
    let shown = runtime.answer(&process, recorded("get-notification-prefs")).await;
    let body: Value = serde_json::from_str(shown["body"].as_str().expect("a body")).expect("JSON");
    assert_eq!(body["prefs"][1], json!({ "event_type": "milestone.exited", "muted": true }));
}

#[tokio::test]
async fn the_connection_that_is_opened_at_boot_serves_the_first_request() {
    let api = Api::start().await;
    let mut runtime = RuntimeApi::start().await;
    let endpoint = api.faults.endpoint();
    let mut command = configured("get-notification-prefs", &runtime.address, &endpoint);
    let process = Process::start(&mut command);
    let answer = runtime.answer(&process, recorded("get-notification-prefs")).await;
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(api.faults.warm_ups(), 1);
    assert_eq!((api.faults.connections(), api.faults.calls()), (1, vec!["GetItem".to_owned()]));
}

#[tokio::test]
async fn a_function_answers_before_lambda_would_kill_it() {
    let api = Api::start().await;
    api.faults.set(Plan::always(Fault::Delay(Duration::from_secs(60))));
    let mut runtime = RuntimeApi::start_with(Some(Duration::from_millis(800))).await;
    let endpoint = api.faults.endpoint();
    let mut command = configured("get-notification-prefs", &runtime.address, &endpoint);
    let process = Process::start(&mut command);
    let busy = runtime.answer(&process, recorded("get-notification-prefs")).await;
    assert_eq!(busy["statusCode"], 503);
    process.wait_for("deadline_exceeded");
}

#[tokio::test]
async fn a_function_counts_under_its_own_name_and_what_names_no_route_without_one() {
    let api = Api::start().await;
    let mut runtime = RuntimeApi::start().await;
    let endpoint = api.faults.endpoint();
    let mut command = configured("get-notification-prefs", &runtime.address, &endpoint);
    // Lambda's name for it is the stack's; that of the metrics is the package's.
    let command = command.env("AWS_LAMBDA_FUNCTION_NAME", "stack-GetNotificationPrefs-X1");
    let process = Process::start(command.env("METRICS_NAMESPACE", NAMESPACE));
    let counted = |text: &str| {
        let line = serde_json::from_str(&process.wait_for(text)).expect("JSON");
        metrics_of(&line)
    };
    runtime.answer(&process, recorded("get-notification-prefs")).await;
    let metrics = counted(r#""http.status":200"#);
    assert_eq!(sum(&metrics, "StoreCalls", &[("Function", "get-notification-prefs")]), 1.0);
    let route = ("Route", "GET /me/notification-prefs");
    assert_eq!(sum(&metrics, "Requests", &[route, ("Status", "2xx")]), 1.0);
    runtime.answer(&process, "7").await;
    let metrics = counted(r#""http.status":500"#);
    assert_eq!(sum(&metrics, "Requests", &[("Route", "none"), ("Status", "5xx")]), 1.0);
}
