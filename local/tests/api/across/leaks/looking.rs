//! Every test looks as it ends, at all that its system said.

use local::functions::endpoint;
use serde_json::{Value, json};
use shared::app::App;
use shared::failure::Failure;
use shared::http::body::BodyFault;
use shared::http::surface::LeadAlerts;
use shared::http::{Inbound, Status};
use shared::telemetry::Log as _;

use crate::ingest_events::assigned;
use crate::support::push::subscribe;
use crate::support::slack::{connect_slack, slack_user};
use crate::support::{Api, Setup};

const PATH: &str = "/me/notification-prefs";

/// What a caller sends, and who should not have it said.
const SAID: &str = "the merger is off";

/// An endpoint that quotes what it was sent.
async fn quoting(_: &App, _: Inbound) -> Result<Status, LeadAlerts> {
    let expected = format!("anything but {SAID}");
    Err(Failure::Body(BodyFault::WrongShape { expected }).into())
}

/// A system with everything of Zoe's in it that a test may bring: through the API, as a peer has it, as it is stored.
async fn of_zoe() -> Api {
    let api = Api::start().await;
    connect_slack(&api, "acme", [slack_user("zoe-77")]);
    api.map_to_slack("globex", "zoe-77", "U0ZOESLACK").await;
    subscribe(&api, "acme", "zoe-77", "zoes-browser").await;
    let claims = json!({ "email": "zoe@quux.example", "given_name": "Zoe-Marie" });
    api.person("acme", "zoe-77").with_claims(&claims).get("/api/profile").await;
    let mut event = assigned("event-of-zoe");
    event["data"]["issue"]["title"] = json!("Sell the company");
    api.admin("acme").post("/v1/events", &event).await;
    api
}

/// Says something of the system in its log, and whether the last look finds it.
fn finds(api: &Api, said: &str) -> bool {
    let line = json!({ "level": "error", "event.detail": format!("it says {said}") }).to_string();
    !api.leaks.find(&[line]).is_empty()
}

#[tokio::test]
async fn a_system_knows_what_is_secret_of_all_that_comes_in() {
    let api = of_zoe().await;
    let key = api.machine("acme").with("events:write").key().await;
    for said in [
        "zoe-77",
        "zoe@quux.example",
        "Zoe-Marie",
        "Sell the company",
        "event-of-zoe",
        "U0ZOESLACK",
        "zoe-77@globex.example",
        "xoxb-acme",
        "fcm/send/zoes-browser",
        "BTBZMqHH6r4Tts7J_aSIgg",
        key["key"].as_str().expect("a key"),
    ] {
        assert!(finds(&api, said), "{said}");
    }
    assert!(!finds(&api, "nothing that anybody said"));
    let stranger = Api::start().await;
    assert!(!finds(&stranger, "Sell the company"), "no other test's system knows");
}

#[tokio::test]
#[should_panic(expected = "what is secret was said")]
async fn a_line_that_says_a_secret_fails_the_test() {
    let api = of_zoe().await;
    api.log.write(&json!({ "event.detail": "7 of SELL THE COMPANY" }).to_string());
}

#[tokio::test]
#[should_panic(expected = "what is secret was said")]
async fn an_answer_that_says_a_secret_fails_the_test() {
    let replace = Some(("put-notification-prefs", endpoint(quoting)));
    let api = Api::start_with(Setup { replace, ..Setup::default() }).await;
    let answer = api.person("acme", "7").put(PATH, &json!({ "note": SAID })).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
#[should_panic(expected = "what is secret was said")]
async fn a_line_that_says_a_link_of_an_email_fails_the_test() {
    let api = of_zoe().await;
    api.dispatch().await;
    let link = crate::unsubscribe::link_for(&api, "acme", "7", "email.product_updates").await;
    api.log.write(&json!({ "http.route": format!("GET {link}") }).to_string());
}

#[tokio::test]
async fn what_a_refusal_says_of_a_body_names_its_fields_and_no_value() {
    let api = Api::start().await;
    let body = json!({ "a_field_of_mine": SAID, "notifications_enabled": SAID });
    let answer = api.person("acme", "7").put(PATH, &body).await;
    assert_eq!(answer.status, 400);
    let said: Value = answer.json();
    assert!(said.to_string().contains("a_field_of_mine"), "{said}");
    assert!(!said.to_string().contains(SAID), "{said}");
}
