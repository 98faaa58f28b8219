//! The function behind unsubscribe links, with keys from Secrets Manager.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{RuntimeApi, configured};
use crate::support::process::Process;
use crate::support::{Api, ScriptedSecretsManager, recorded_event};
use crate::unsubscribe::link_for;

/// The recorded request, with that link.
fn click(link: &str) -> String {
    let mut event = recorded_event("unsubscribe");
    event["pathParameters"]["token"] = json!(link.trim_start_matches("/unsubscribe/"));
    event.to_string()
}

#[tokio::test]
async fn a_click_is_verified_with_the_keys_of_the_secret() {
    let api = Api::start().await;
    // The function goes by the machine's clock.
    api.clock.advance(50 * 365 * 24 * 60 * 60);
    let link = link_for(&api, "acme", "7", "email.product_updates").await;
    let keys = json!({ "Name": "keys", "SecretString": api.secrets.text() });
    let secrets = ScriptedSecretsManager::start(&[], keys).await;
    let mut runtime = RuntimeApi::start().await;
    let mut command = configured("unsubscribe", &runtime.address, &api.faults.endpoint());
    command.envs([
        ("UNSUBSCRIBE_KEYS_SECRET", "keys"),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", &secrets.endpoint),
    ]);
    let process = Process::start(&mut command);
    for (event, status) in [
        (recorded_event("unsubscribe").to_string(), 400),
        (click(&link), 200),
        (click(&link), 200),
        (click(&format!("{link}A")), 400),
    ] {
        let answer = runtime.answer(&process, event).await;
        assert_eq!(answer["statusCode"], status, "{answer}");
        assert_eq!(answer["headers"]["content-type"], "text/html; charset=utf-8");
    }
    assert_eq!(secrets.asked(), ["keys"], "one call for all of them");
    let expected = json!({ "pk": "OU#acme#USER#7", "sk": "PREFS", "email.product_updates": false });
    assert_eq!(api.items().await, Vec::<Value>::from([expected]));
}
