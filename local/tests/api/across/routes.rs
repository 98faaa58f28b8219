//! What every route of `template.yaml` owes to every caller. A new route is walked from its first
//! day; what it may answer otherwise stands in the table of its surface.

use http::Method;
use hyper::body::Bytes;
use local::environment::{AUDIENCE, ISSUER};
use local::template::Route;
use serde_json::json;

use crate::support::keys::{ES256, PS256};
use crate::support::{Answer, Api, Caller};

/// The envelopes that a refusal may come in, by the beginning of a route's path.
fn surface(route: &Route) -> Surface {
    match route.path.as_str() {
        path if path.starts_with("/me/") => Surface::LeadAlerts,
        path => panic!("{path} belongs to no surface; add it here"),
    }
}

#[derive(Clone, Copy)]
enum Surface {
    LeadAlerts,
}

impl Surface {
    fn assert_unauthenticated(self, route: &Route, answer: &Answer) {
        match self {
            Self::LeadAlerts => {
                assert_eq!(answer.status, 401, "{route:?}");
                assert_eq!(answer.header("content-type"), "application/problem+json");
                assert_eq!(answer.json()["status"], 401);
            }
        }
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{route:?}");
    }

    fn status_without_org_unit(self) -> u16 {
        match self {
            Self::LeadAlerts => 400,
        }
    }

    fn status_of_an_api_key(self) -> u16 {
        match self {
            Self::LeadAlerts => 401,
        }
    }
}

async fn send(caller: &Caller<'_>, route: &Route) -> Answer {
    let method: Method = route.method.parse().expect("a verb");
    let has_body = ![Method::GET, Method::DELETE].contains(&method);
    let body = Bytes::from_static(if has_body { b"{}" } else { b"" });
    caller.send(method, &route.path, None, body).await
}

#[tokio::test]
async fn every_route_refuses_who_has_no_credential() {
    let api = Api::start().await;
    for route in api.gateway.routes() {
        surface(route).assert_unauthenticated(route, &send(&api.stranger(), route).await);
    }
    assert!(api.faults.calls().is_empty(), "nobody's data was touched");
}

#[tokio::test]
async fn every_route_refuses_a_bad_credential() {
    let api = Api::start().await;
    let exp = api.clock.seconds() + 600;
    let claims = json!({ "iss": ISSUER, "aud": AUDIENCE, "exp": exp, "sub": "7", "org_unit": "a" });
    let forged = [
        ES256.sign(&json!({ "alg": "ES256", "kid": "local" }), &claims),
        PS256.sign(&json!({ "alg": "RS256", "kid": "local" }), &claims),
        "nonsense".to_owned(),
        "npk_nonsense".to_owned(),
    ];
    for route in api.gateway.routes() {
        for token in &forged {
            let answer = send(&api.stranger().with_token(token), route).await;
            surface(route).assert_unauthenticated(route, &answer);
        }
        let expired = api.person("acme", "7").with_claims(&json!({ "exp": exp - 3600 }));
        surface(route).assert_unauthenticated(route, &send(&expired, route).await);
    }
    assert!(api.faults.calls().is_empty(), "nobody's data was touched");
}

#[tokio::test]
async fn every_route_tells_who_has_no_org_unit() {
    let api = Api::start().await;
    let person = api.person("acme", "7").with_claims(&json!({ "org_unit": null }));
    for route in api.gateway.routes() {
        let expected = surface(route).status_without_org_unit();
        assert_eq!(send(&person, route).await.status, expected, "{route:?}");
    }
    assert!(api.faults.calls().is_empty(), "nobody's data was touched");
}

#[tokio::test]
async fn every_route_refuses_an_api_key_that_nobody_made() {
    let api = Api::start().await;
    let key = format!("npk_{}", "0".repeat(49));
    for route in api.gateway.routes() {
        let answer = send(&api.stranger().with_token(&key), route).await;
        assert_eq!(answer.status, surface(route).status_of_an_api_key(), "{route:?}");
    }
}

#[tokio::test]
async fn every_route_keeps_org_units_apart() {
    let api = Api::start().await;
    let change = json!({ "notifications_enabled": false });
    api.person("acme", "7").put("/me/notification-prefs", &change).await;
    let before = api.items().await;
    for route in api.gateway.routes() {
        let stranger = api.person("globex", "7");
        let answer = send(&stranger, route).await;
        assert!(!answer.body.contains("false,\"slack"), "{route:?} shows another org unit's data");
    }
    assert_eq!(api.items().await, before, "nothing of it was changed");
}

#[tokio::test]
async fn every_answer_carries_a_request_id_of_its_own_and_may_not_be_kept() {
    let api = Api::start().await;
    let mut seen = std::collections::BTreeSet::new();
    for route in api.gateway.routes() {
        for caller in [api.stranger(), api.person("acme", "7")] {
            let answer = send(&caller, route).await;
            assert_eq!(answer.header("x-request-id").len(), 26, "{route:?}");
            assert_eq!(answer.header("cache-control"), "no-store", "{route:?}");
            assert!(seen.insert(answer.header("x-request-id").to_owned()));
        }
    }
}

#[tokio::test]
async fn credential_comes_before_org_unit_and_org_unit_before_the_body() {
    let api = Api::start().await;
    let put = async |caller: Caller<'_>| {
        caller.put_text("/me/notification-prefs", "not JSON").await.status
    };
    let nowhere = json!({ "org_unit": null });
    assert_eq!(put(api.stranger()).await, 401);
    let expired = json!({ "org_unit": null, "exp": api.clock.seconds() - 31 });
    assert_eq!(put(api.person("acme", "7").with_claims(&expired)).await, 401);
    let answer = api.person("acme", "7").with_claims(&nowhere);
    let answer = answer.put_text("/me/notification-prefs", "not JSON").await;
    assert!(
        answer.json()["detail"].as_str().is_some_and(|detail| detail.contains("organizational"))
    );
    assert_eq!(put(api.person("acme", "7")).await, 400);
}
