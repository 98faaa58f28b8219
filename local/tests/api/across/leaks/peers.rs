//! What peers say of their errors may quote: an item's key, a person's address, who they are at Slack, a token. Of
//! that nothing comes out: no answer, no log line and no reason says more than a code, and a code is a word.

mod clients;
mod server;

use std::sync::Arc;

use local::faults::Plan;
use local::slack::SlackFault;
use pretty_assertions::assert_eq;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use shared::auth::JwksSource;
use shared::config::Config;
use shared::web::JwksEndpoint;

use crate::support::mail::{dead_deliveries, tell};
use crate::support::slack::{connect_slack, slack_user};
use crate::support::{Api, Setup, recorded, recorded_event};
use server::Said;

/// What peers say, and should not have repeated.
pub(super) const QUOTED: [&str; 5] =
    ["OU#acme#USER#zoe-77", "zoe.quux@globex.example", "U0ZOE77QX", "xoxb-zoes-token", "Zoe Quux"];

fn know(api: &Api) {
    QUOTED.iter().for_each(|quoted| api.leaks.secrets.value(quoted));
}

/// The value of a field in each line of the log that has one.
fn logged(api: &Api, field: &str) -> Vec<String> {
    let lines = api.log.lines().into_iter();
    let fields =
        lines.map(|line| serde_json::from_str::<Value>(&line).expect("JSON")[field].take());
    fields.filter_map(|field| field.as_str().map(str::to_owned)).collect()
}

/// A system whose store says that whatever it is asked.
async fn on_a_store_that_says(said: Said) -> Api {
    let environment = vec![
        ("AWS_ENDPOINT_URL_DYNAMODB", server::start(said).await),
        ("AUTH_JWKS", recorded("jwks")),
    ];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    know(&api);
    api
}

#[tokio::test]
async fn what_the_store_says_of_an_error_is_in_no_answer_and_no_log_line() {
    let mut codes: Vec<&str> = QUOTED.to_vec();
    codes.push("ValidationException");
    for code in codes {
        let api = on_a_store_that_says(Said::error(400, code, &QUOTED.join(" and "))).await;
        for route in api.gateway.routes().to_vec() {
            let answer = api.replay(&route.function, &recorded(&route.function)).await;
            let status = answer.expect("an answer").status().as_u16();
            assert!(status >= 400 || route.function == "list-push-subscriptions", "{status}");
        }
        for worker in ["dispatch-events", "deliver-notifications"] {
            let pump = if worker == "dispatch-events" { &api.pump } else { &api.delivery };
            pump.replay(&recorded_event(worker).to_string()).await.expect("an answer");
        }
        let detail = recorded_event("accept-bus-events")["detail"].to_string();
        let detail = RawValue::from_string(detail).expect("JSON");
        api.put_on_bus(&detail).await.expect_err("the store does not take it");
        api.ask("export-person", "7").await.expect_err("the store does not tell");
        let codes = logged(&api, "error.code");
        assert!(codes.len() > 10, "{codes:?}");
        let expected = if code == "ValidationException" { code } else { "unknown" };
        assert!(codes.iter().all(|logged| logged == expected), "{code}: {codes:?}");
    }
}

#[tokio::test]
async fn what_slack_says_of_an_error_is_in_no_answer_no_log_line_and_no_reason() {
    for code in ["U0ZOE77QX", "xoxb-zoes-token", "zoe.quux@globex.example", "not zoe-77!"] {
        let api = Api::start().await;
        know(&api);
        connect_slack(&api, "acme", [slack_user("zoe-77")]);
        api.map_to_slack("acme", "zoe-77", "U0ZOE77QX").await;
        api.slack.set(Plan::always(SlackFault::Answer(code)));
        let answer = api.admin("acme").post_nothing("/integrations/slack/sync-identities").await;
        assert_eq!(answer.status, 502);
        assert!(answer.body.contains("unknown"), "{}", answer.body);
        let event = json!({
            "specversion": "1.0", "id": "e-1", "source": "/leads", "type": "surge.fired",
            "time": "2026-03-13T14:00:00Z",
            "data": {
                "lead": { "id": "1", "name": "Zoe Quux" }, "owner": "zoe-77",
                "trigger": { "name": "Three visits" },
            },
        });
        tell(&api, &event).await;
        api.deliver().await;
        assert_eq!(dead_deliveries(&api).await, ["slack.refused unknown"]);
        assert_eq!(logged(&api, "error.code"), ["unknown"; 2]);
    }
}

#[tokio::test]
async fn what_an_identity_provider_says_is_in_no_answer_and_no_log_line() {
    let quoted = QUOTED.join(" ");
    let location = [("location", "https://zoe.quux@globex.example/OU#acme#USER#zoe-77")];
    for said in [
        Said::error(500, "U0ZOE77QX", &quoted),
        Said::error(404, "U0ZOE77QX", &quoted),
        Said::new(302, &location, &quoted),
        Said::new(200, &[], &quoted),
        Said::new(200, &[], &json!({ "keys": [{ "kid": quoted, "kty": "oct" }] }).to_string()),
        Said::new(200, &[], &json!({ "error": quoted }).to_string()),
    ] {
        let url = server::start(said).await;
        let jwks: Arc<dyn JwksSource> = Arc::new(jwks_at(&url));
        let api = Api::start_with(Setup { jwks: Some(jwks), ..Setup::default() }).await;
        know(&api);
        let answer = api.person("acme", "zoe-77").get("/me/notification-prefs").await;
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert_eq!(logged(&api, "event.name"), ["jwks.refresh_failed"]);
    }
}

fn jwks_at(url: &str) -> JwksEndpoint {
    let config = Config::from_lookup(|name| match name {
        "AUTH_JWKS_URL" => Some(url.to_owned()),
        "TABLE_NAME"
        | "AWS_REGION"
        | "AWS_ACCESS_KEY_ID"
        | "AWS_SECRET_ACCESS_KEY"
        | "AUTH_ISSUER"
        | "AUTH_AUDIENCE" => Some("x".to_owned()),
        _ => None,
    });
    JwksEndpoint::new(&config.expect("a configuration").auth.jwks_url.expect("a URL"))
}
