//! What every route of `template.yaml` owes to every caller. A new route is walked from its first
//! day; what it may answer otherwise stands in the table of its surface.

mod machines;
mod public;

use http::Method;
use hyper::body::Bytes;
use local::environment::{AUDIENCE, ISSUER};
use local::template::Route;
use serde_json::{Value, json};

pub(super) use public::guarded;

use crate::support::keys::{ES256, PS256};
use crate::support::{Answer, Api, Caller, recorded_event, recorded_status};

/// The envelopes that a refusal may come in, by the beginning of a route's path.
pub(super) fn surface(route: &Route) -> Surface {
    match route.path.as_str() {
        path if path.starts_with("/me/") => Surface::LeadAlerts,
        path if path.starts_with("/integrations/slack/") => Surface::LeadAlerts,
        path if path.starts_with("/members/") => Surface::LeadAlerts,
        path if path.starts_with("/v1/messaging/") => Surface::ChannelPreferences,
        "/v1/me/notifications" => Surface::AccountEmail,
        path if path.starts_with("/api/") => Surface::InboxAndWatching,
        path if path.starts_with("/v1/api-keys") => Surface::Platform,
        path if path.starts_with("/v1/me/push-subscriptions") => Surface::Platform,
        "/v1/events" | "/v1/decisions" | "/v1/deliveries" => Surface::Platform,
        path => panic!("{path} belongs to no surface; add it here"),
    }
}

#[derive(Clone, Copy)]
pub(super) enum Surface {
    LeadAlerts,
    ChannelPreferences,
    AccountEmail,
    InboxAndWatching,
    Platform,
}

impl Surface {
    pub(super) fn assert_unauthenticated(self, route: &Route, answer: &Answer) {
        assert_eq!(answer.status, 401, "{route:?}");
        let body = answer.json();
        match self {
            Self::LeadAlerts | Self::Platform => assert_eq!(body["title"], "Unauthorized"),
            Self::ChannelPreferences => {
                let code = body["error"]["code"].as_str().expect("a code");
                let invalid = code == "invalid_credentials" || code == "expired_token";
                assert!(invalid || code.starts_with("api_key_"), "{body}");
            }
            Self::AccountEmail => {
                assert_eq!(body["error"]["code"], "UNAUTHORIZED");
                assert_eq!(body["error"]["message"], "authentication failed");
            }
            Self::InboxAndWatching => assert_eq!(body["message"], "Unauthenticated."),
        }
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{route:?}");
    }

    fn status_without_org_unit(self) -> u16 {
        match self {
            Self::LeadAlerts | Self::Platform => 400,
            Self::ChannelPreferences | Self::AccountEmail | Self::InboxAndWatching => 401,
        }
    }
}

pub(super) async fn send(caller: &Caller<'_>, route: &Route) -> Answer {
    let method: Method = route.method.parse().expect("a verb");
    let has_body = ![Method::GET, Method::DELETE].contains(&method);
    let body = Bytes::from_static(if has_body { b"{}" } else { b"" });
    caller.send(method, &recorded_path(route), None, body).await
}

/// A path that leads to the route.
pub(super) fn recorded_path(route: &Route) -> String {
    let event = recorded_event(&route.function);
    let text = |name: &str| event[name].as_str().expect("text").to_owned();
    let (path, query) = (text("rawPath"), text("rawQueryString"));
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

#[tokio::test]
async fn every_route_refuses_who_has_no_credential() {
    let api = Api::start().await;
    for route in guarded(&api) {
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
        format!("npk_{}", "0".repeat(49)),
    ];
    for route in guarded(&api) {
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
    for route in guarded(&api) {
        let expected = surface(route).status_without_org_unit();
        assert_eq!(send(&person, route).await.status, expected, "{route:?}");
    }
    assert!(api.faults.calls().is_empty(), "nobody's data was touched");
}

/// The route's own recorded request, sent by someone else.
async fn send_recorded(caller: &Caller<'_>, route: &Route) -> Answer {
    let event = recorded_event(&route.function);
    let body = event["body"].as_str().unwrap_or_default().to_owned();
    let method: Method = route.method.parse().expect("a verb");
    caller.send(method, &recorded_path(route), Some("application/json"), body.into()).await
}

/// Someone who may do everything that any route asks for.
fn allowed<'a>(api: &'a Api, org_unit: &str) -> Caller<'a> {
    api.person(org_unit, "7").with_claims(&json!({ "role": "admin" }))
}

/// Whether the text is an id or a secret, or a key of the store that ends with an id.
fn is_drawn(text: &str) -> bool {
    let id = text.rsplit('#').next().unwrap_or_default();
    let is_hexadecimal = id.len() >= 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let is_ulid = text.len() == 26 && text.bytes().all(is_capital);
    text.starts_with("nfpf_") || text.starts_with("npk_") || is_hexadecimal || is_ulid
}

/// Ids and secrets are drawn by each system on its own.
fn without_ids(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|name, value| {
            let is_id = value.as_str().is_some_and(is_drawn);
            let holds_ids = ["key", "digest", "pk", "gsi1sk", "made_by"].contains(&name.as_str())
                || name.ends_with("id")
                || name.contains("_id.");
            assert!(!is_id || holds_ids, "{name}");
            !is_id
        });
        for (_, value) in fields.iter_mut() {
            *value = without_ids(value.take());
        }
    } else if let Some(elements) = value.as_array_mut() {
        for element in elements {
            *element = without_ids(element.take());
        }
    }
    value
}

#[tokio::test]
async fn every_route_keeps_org_units_apart() {
    let (api, alone) = (Api::start().await, Api::start().await);
    for route in guarded(&api) {
        let status = send_recorded(&allowed(&api, "acme"), route).await.status;
        assert_eq!(status, recorded_status(&route.function), "{route:?}");
    }
    let acme = api.person("acme", "7");
    let all = ["milestone.entered", "milestone.exited", "sequence.completed", "surge.fired"];
    let mutes = all.map(|event| json!({ "event_type": event, "muted": true }));
    let change = json!({ "notifications_enabled": false, "prefs": mutes });
    assert_eq!(acme.put("/me/notification-prefs", &change).await.status, 200);
    let of_acme = api.items().await;

    // The same user id elsewhere gets what it would get if acme did not exist, and leaves acme be.
    for route in guarded(&api) {
        let answer = send_recorded(&allowed(&api, "globex"), route).await;
        let expected = send_recorded(&allowed(&alone, "globex"), route).await;
        assert_eq!(answer.status, recorded_status(&route.function), "{route:?}");
        assert_eq!(seen(&answer), seen(&expected), "{route:?}");
    }
    let after = api.items().await;
    let (acme, others): (Vec<Value>, Vec<Value>) =
        after.into_iter().partition(|item| item.to_string().contains("acme"));
    assert_eq!(acme, of_acme);
    assert!(!others.is_empty(), "the other one did write");
    let expected = alone.items().await.into_iter().map(without_ids);
    assert_eq!(
        others.into_iter().map(without_ids).collect::<Vec<_>>(),
        expected.collect::<Vec<_>>()
    );
}

/// What an answer says, but for what was drawn for it, and for what names the request.
fn seen(answer: &Answer) -> Value {
    let mut body = without_ids(answer.json());
    if let Some(problem) = body.as_object_mut() {
        problem.remove("instance");
    }
    body
}

#[tokio::test]
async fn every_answer_carries_a_request_id_of_its_own_and_nothing_on_the_way_may_keep_it() {
    let api = Api::start().await;
    let mut seen = std::collections::BTreeSet::new();
    for route in api.gateway.routes() {
        for caller in [api.stranger(), api.person("acme", "7")] {
            let answer = send(&caller, route).await;
            assert_eq!(answer.header("x-request-id").len(), 26, "{route:?}");
            // The one answer that its caller may keep, to ask whether it still holds.
            let may_be_kept = route.function == "list-notifications" && answer.status == 200;
            let expected = if may_be_kept { "private, no-cache" } else { "no-store" };
            assert_eq!(answer.header("cache-control"), expected, "{route:?}");
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
