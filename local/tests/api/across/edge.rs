//! What the edge does whatever a handler does.

use std::time::Duration;

use local::functions::endpoint;
use pretty_assertions::assert_eq;
use serde::{Serialize, Serializer};
use serde_json::json;
use shared::app::App;
use shared::http::surface::LeadAlerts;
use shared::http::{Inbound, Json, Status};

use crate::support::{Api, Setup};

const PATH: &str = "/me/notification-prefs";
const FUNCTION: &str = "get-notification-prefs";

fn internal_error() -> serde_json::Value {
    json!({
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "an internal error occurred",
        "instance": "/requests/01KKKQYDR00000000000000000",
    })
}

#[tokio::test]
async fn a_panic_is_that_surfaces_500_and_the_next_request_is_answered() {
    async fn panic(_: &App, _: Inbound) -> Result<Status, LeadAlerts> {
        panic!("with a secret")
    }
    let replace = Some((FUNCTION, endpoint(panic)));
    let api = Api::start_with(Setup { replace, ..Setup::default() }).await;
    let person = api.person("acme", "7");
    assert_eq!(person.get(PATH).await.seen(), (500, internal_error()));
    assert_eq!(person.put(PATH, &json!({})).await.status, 200);
    assert!(api.log.lines()[0].contains(r#""error.kind":"panicked""#));
    assert!(!api.log.lines()[0].contains("secret"));
}

#[tokio::test]
async fn a_request_about_to_outlive_its_deadline_is_told_to_come_again() {
    async fn hang(_: &App, _: Inbound) -> Result<Status, LeadAlerts> {
        std::future::pending().await
    }
    let replace = Some((FUNCTION, endpoint(hang)));
    let timeout = Some(Duration::from_millis(350));
    let api = Api::start_with(Setup { replace, timeout, ..Setup::default() }).await;
    let answer = api.person("acme", "7").get(PATH).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
    assert!(api.log.lines()[0].contains(r#""error.kind":"deadline_exceeded""#));
}

#[tokio::test]
async fn an_answer_that_cannot_be_written_is_a_500() {
    struct Unwritable;
    impl Serialize for Unwritable {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no"))
        }
    }
    async fn unwritable(_: &App, _: Inbound) -> Result<Json<Unwritable>, LeadAlerts> {
        Ok(Json(Unwritable))
    }
    let replace = Some((FUNCTION, endpoint(unwritable)));
    let api = Api::start_with(Setup { replace, ..Setup::default() }).await;
    assert_eq!(api.person("acme", "7").get(PATH).await.seen(), (500, internal_error()));
}
