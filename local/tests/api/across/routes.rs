//! What every route of `template.yaml` owes to every caller. A new route is walked from its first
//! day; what it may answer otherwise stands in the table of its surface.

use http::Method;
use hyper::body::Bytes;
use local::environment::{AUDIENCE, ISSUER};
use local::template::Route;
use serde_json::{Value, json};

use crate::support::keys::{ES256, PS256};
use crate::support::{Answer, Api, Caller, recorded_event};

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

/// The route's own recorded request, sent by someone else.
async fn send_recorded(caller: &Caller<'_>, route: &Route) -> Answer {
    let event = recorded_event(&route.function);
    let body = event["body"].as_str().unwrap_or_default().to_owned();
    let path = event["rawPath"].as_str().expect("a path").to_owned();
    let method: Method = route.method.parse().expect("a verb");
    caller.send(method, &path, Some("application/json"), body.into()).await
}

#[tokio::test]
async fn every_route_keeps_org_units_apart() {
    let (api, alone) = (Api::start().await, Api::start().await);
    let acme = api.person("acme", "7");
    let all = ["milestone.entered", "milestone.exited", "sequence.completed", "surge.fired"];
    let mutes = all.map(|event| json!({ "event_type": event, "muted": true }));
    let change = json!({ "notifications_enabled": false, "prefs": mutes });
    assert_eq!(acme.put("/me/notification-prefs", &change).await.status, 200);
    let of_acme = api.items().await;

    // The same user id elsewhere gets what it would get if acme did not exist, and leaves acme be.
    for route in api.gateway.routes() {
        let answer = send_recorded(&api.person("globex", "7"), route).await;
        let expected = send_recorded(&alone.person("globex", "7"), route).await;
        assert_eq!(answer.seen(), expected.seen(), "{route:?}");
    }
    let after = api.items().await;
    let (acme, others): (Vec<Value>, Vec<Value>) =
        after.into_iter().partition(|item| item["pk"].as_str().expect("a key").contains("acme"));
    assert_eq!(acme, of_acme);
    assert!(!others.is_empty(), "the other one did write");
    assert_eq!(others, alone.items().await);
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
