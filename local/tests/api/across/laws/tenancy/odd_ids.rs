//! Ids that are spelled so that somebody might take them for another, or for more than one.

mod spelled;

use std::collections::BTreeSet;

use local::template::Route;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::aim::{Aim, Target, everything};
use super::bounds::assert_silent;
use super::seen;
use super::world::{Standing, Who, World};
use crate::support::{Answer, Api, Caller};
use spelled::{HARMLESS, encoded, odd, refused};

const ADMIN: Who = Who::Person { unit: 0, person: 0, standing: Standing::Admin };

async fn world(api: &Api) -> World {
    World::make(api, 1, "acme", (vec!["7", "77", "7|7"], "|eu")).await
}

/// The names in a route's path.
fn names(route: &Route) -> impl Iterator<Item = &str> {
    route.path.split('/').filter(|segment| segment.starts_with('{'))
}

/// A request to a route, whose path is filled.
async fn send(caller: &Caller<'_>, route: &Route, path: &str) -> Answer {
    let method = route.method.parse().expect("a verb");
    let body = match route.function.as_str() {
        "put-member-slack" => r#"{"slack_user_id":"U0000007A"}"#,
        _ => "",
    };
    caller.send(method, path, Some("application/json"), body.into()).await
}

/// What stands for a name where it is good, and where nobody has it.
fn known<'a>(route: &Route, name: &str, aim: &'a Aim) -> (&'a str, &'static str) {
    let token = aim.link.rsplit('/').next().expect("a token");
    match name {
        "{project}" => (&aim.project, "nobody-has-this"),
        "{issue}" => ("KD-42", "KD-4242"),
        "{org_member_id}" => (&aim.member, "nobody-has-this"),
        "{id}" if route.path.starts_with("/v1/api-keys") => {
            (&aim.key, "0123456789abcdef0123456789abcdef")
        }
        "{id}" => (&aim.subscription, "psub_0PHK9DB7BQ421SC0J236KDKYH5"),
        "{token}" => (token, "nobody-has-this"),
        other => panic!("no test spells {other} oddly; add it"),
    }
}

#[tokio::test]
async fn an_id_in_a_path_that_only_looks_like_one_is_answered_as_one_that_is_not_there() {
    let api = Api::start().await;
    let world = world(&api).await;
    let before = everything(&api).await;
    let caller = ADMIN.caller(&api, &world);
    let mut seen_names = BTreeSet::new();
    for pick in [0, 1] {
        let aim = Aim::at(&api, &world, ADMIN, (Target::Own, false), &before, pick).await;
        for route in api.gateway.routes() {
            for name in names(route) {
                seen_names.insert(name);
                let (good, bad) = known(route, name, &aim);
                let path = |value: &str| {
                    let path = route.path.replace(name, value);
                    let others: Vec<&str> = names(route).filter(|other| *other != name).collect();
                    others
                        .into_iter()
                        .fold(path, |path, other| path.replace(other, known(route, other, &aim).0))
                };
                let expected = send(&caller, route, &path(bad)).await;
                assert!((400..500).contains(&expected.status), "{route:?}: {}", expected.body);
                for odd in odd(good) {
                    let answer = send(&caller, route, &path(&odd)).await;
                    assert_eq!(seen(&answer), seen(&expected), "{route:?}: {odd}");
                }
                // No route leads there.
                for nowhere in ["", "/", "1/1"] {
                    let answer = send(&caller, route, &path(nowhere)).await;
                    assert_eq!(
                        answer.seen(),
                        (404, json!({ "message": "Not Found" })),
                        "{route:?}"
                    );
                }
                // In a URL each character may be escaped, and is the same then (RFC 3986, section 2.3).
                if route.method == "GET" {
                    let answer = send(&caller, route, &path(&encoded(good))).await;
                    assert_eq!(seen(&answer), seen(&send(&caller, route, &path(good)).await));
                    assert_eq!(answer.status, 200, "{route:?}");
                }
            }
        }
    }
    assert_eq!(seen_names.len(), 5, "{seen_names:?}");
    assert_eq!(everything(&api).await, before);
}

/// The parameters of queries, as the document has them: path, and name.
fn query_parameters() -> Vec<(String, String)> {
    let document = include_str!("../../../../../../openapi.yaml");
    let document = local::yaml::parse(document).expect("YAML");
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let operations = operations.as_object().expect("operations").values();
        let parameters = operations.filter_map(|operation| operation["parameters"].as_array());
        let parameters = parameters.flatten().filter(|parameter| parameter["in"] == "query");
        let name = |parameter: &Value| parameter["name"].as_str().expect("a name").to_owned();
        found.extend(parameters.map(|parameter| (path.clone(), name(parameter))));
    }
    found
}

#[tokio::test]
async fn a_parameter_of_a_query_that_only_looks_like_a_good_one_is_refused_or_shows_nothing() {
    let api = Api::start().await;
    let world = world(&api).await;
    let before = everything(&api).await;
    let aim = Aim::at(&api, &world, ADMIN, (Target::Own, false), &before, 0).await;
    let caller = ADMIN.caller(&api, &world);
    let mut seen_names = Vec::new();
    for (path, name) in query_parameters() {
        let (good, status) = match (path.as_str(), name.as_str()) {
            ("/api/notifications", "limit") => ("2".to_owned(), 422),
            ("/api/notifications", "unread") => ("true".to_owned(), 422),
            ("/api/notifications", "cursor") => (aim.inbox_cursor(), 422),
            ("/v1/deliveries", "event") => (aim.event.clone(), 400),
            ("/v1/deliveries", "cursor") => (aim.delivery_cursor(), 400),
            other => panic!("no test spells {other:?} oddly; add it"),
        };
        let route = api.gateway.routes().iter().find(|it| it.method == "GET" && it.path == path);
        let route = route.expect("a route");
        let event = if (name.as_str(), path.as_str()) == ("cursor", "/v1/deliveries") {
            format!("event={}&", aim.event)
        } else {
            String::new()
        };
        let expected = caller.get(&format!("{path}?{event}{name}={good}")).await;
        assert_eq!(expected.status, 200, "{path}, {name}: {}", expected.body);
        for odd in odd(&good).into_iter().chain([String::new()]) {
            let answer = caller.get(&format!("{path}?{event}{name}={odd}")).await;
            assert_silent(route, (&world, ADMIN), &answer);
            let is_refused = answer.status == status;
            // An event that nobody sent has no deliveries, and a place in a list may be any.
            let is_empty = name == "event" && answer.json()["data"] == json!([]);
            let is_place = name == "cursor" && odd.is_ascii() && !odd.contains('%');
            let is_harmless = answer.status == 200 && (is_empty || is_place);
            assert!(is_refused || is_harmless, "{name}={odd}: {} {}", answer.status, answer.body);
        }
        seen_names.push(name);
    }
    assert_eq!(seen_names.len(), 5, "{seen_names:?}");
    assert_eq!(everything(&api).await, before);
}

#[tokio::test]
async fn a_token_whose_ids_are_none_is_a_bad_credential_on_every_route() {
    let api = Api::start().await;
    let guarded = api.gateway.routes().iter().filter(|route| route.function != "unsubscribe");
    let guarded: Vec<&Route> = guarded.collect();
    // Each claim is tried on some of the routes, and each route with some of the claims.
    let claims = ["sub", "org_unit"].into_iter();
    let claims: Vec<Value> =
        claims.flat_map(|name| refused().into_iter().map(move |id| json!({ name: id }))).collect();
    assert!(claims.len() > guarded.len());
    for (number, claims) in claims.iter().enumerate() {
        let caller = api.person("acme", "7").with_claims(&json!({ "role": "admin" }));
        let caller = caller.with_claims(claims);
        for route in guarded.iter().skip(number % 7).step_by(7) {
            let path = route.path.replace(['{', '}'], "");
            assert_eq!(send(&caller, route, &path).await.status, 401, "{route:?}: {claims}");
        }
    }
    assert!(api.faults.calls().is_empty(), "nobody's data was touched");
}

#[tokio::test]
async fn a_token_whose_ids_hold_what_they_may_touches_only_the_key_of_its_own_pair() {
    let api = Api::start().await;
    let change = json!({ "notifications_enabled": false });
    let longest = "x".repeat(128);
    let mut pairs = BTreeSet::new();
    for id in HARMLESS.into_iter().chain([longest.as_str()]) {
        for (org_unit, user) in [("acme", id), (id, "7"), (id, id)] {
            let answer = api.person(org_unit, user).put("/me/notification-prefs", &change).await;
            assert_eq!(answer.status, 200, "{org_unit}, {user}");
            assert!(pairs.insert((format!("OU#{org_unit}#USER#{user}"), "PREFS".to_owned())));
            let keys: BTreeSet<_> = everything(&api).await.into_keys().collect();
            assert_eq!(keys, pairs);
        }
    }
}
