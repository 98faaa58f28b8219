//! The recorded events, replayed as `sam local invoke` would.

use serde_json::Value;

use crate::support::{Api, Setup, recorded, recorded_status};

#[tokio::test]
async fn every_function_answers_its_recorded_event() {
    let environment = vec![("AUTH_JWKS", recorded("jwks"))];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    for route in api.gateway.routes() {
        let event = recorded(&route.function);
        let answer = api.replay(&route.function, &event).await.expect("an answer");
        assert_eq!(answer.status(), recorded_status(&route.function), "{}", route.function);
        let event: Value = serde_json::from_str(&event).expect("JSON");
        let key = event["routeKey"].as_str().expect("a route");
        let routes = api.gateway.routes().iter().filter(|of| of.function == route.function);
        let mut keys = routes.map(|route| format!("{} {}", route.method, route.path));
        assert!(keys.any(|of_function| of_function == key), "{key}");
    }
}

#[tokio::test]
async fn recorded_tokens_are_not_good_where_their_key_is_not_configured() {
    let api = Api::start().await;
    for route in api.gateway.routes() {
        let event = recorded(&route.function);
        let answer = api.replay(&route.function, &event).await.expect("an answer");
        // A link that does not work is a page, whoever holds it.
        let refused = if route.function == "unsubscribe" { 400 } else { 401 };
        assert_eq!(answer.status(), refused, "{}", route.function);
    }
}
