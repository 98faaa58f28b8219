//! What every answer says to a browser, and to which pages it says anything.

use http::{Method, Request};
use hyper::body::Bytes;
use local::template::Template;
use pretty_assertions::assert_eq;
use serde_json::json;
use shared::app::App;
use shared::http::surface::LeadAlerts;
use shared::http::{Inbound, Status};

use super::routes::{recorded_path, send};
use crate::support::{Answer, Api, Setup};

const PATH: &str = "/me/notification-prefs";

/// What an answer that is no page says to a browser that shows it.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// What would say by which programs an answer was made.
const BANNERS: [&str; 6] =
    ["server", "x-powered-by", "via", "x-runtime", "x-generator", "x-amzn-trace-id"];

fn assert_safe(answer: &Answer, place: &str) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{place}");
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{place}");
    let is_page = answer.header("content-type").starts_with("text/html");
    let policy = answer.header("content-security-policy");
    if is_page {
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{place}");
        assert!(policy.contains("frame-ancestors 'none'"), "{place}");
    } else {
        assert_eq!(policy, POLICY, "{place}");
    }
    let caching = answer.header("cache-control");
    assert!(["no-store", "private, no-cache"].contains(&caching), "{place}");
    for name in answer.headers.keys() {
        assert!(!BANNERS.contains(&name.as_str()), "{place}: {name}");
        assert_eq!(answer.headers.get_all(name).iter().count(), 1, "{place}: {name} once");
    }
}

#[tokio::test]
async fn every_answer_of_every_route_says_what_a_browser_may_do_with_it_and_not_who_made_it() {
    let api = Api::start().await;
    let machine = api.machine("acme").with_all().await;
    let nowhere = api.person("acme", "7").with_claims(&json!({ "org_unit": null }));
    let mut statuses = std::collections::BTreeSet::new();
    let callers = [
        api.admin("acme"),
        api.person("acme", "7"),
        machine,
        nowhere,
        api.stranger(),
        api.stranger().with_token("nonsense"),
    ];
    for route in api.gateway.routes() {
        for caller in &callers {
            let answer = send(caller, route).await;
            assert_safe(&answer, &format!("{route:?}, {}", answer.status));
            statuses.insert(answer.status);
        }
    }
    assert!(statuses.is_superset(&[200, 400, 401, 403, 404, 422].into()), "{statuses:?}");
}

#[tokio::test]
async fn an_answer_without_a_body_and_one_that_failed_say_the_same() {
    async fn panic(_: &App, _: Inbound) -> Result<Status, LeadAlerts> {
        panic!("at once")
    }
    let replace = Some(("get-notification-prefs", local::functions::endpoint(panic)));
    let api = Api::start_with(Setup { replace, ..Setup::default() }).await;
    let answer = api.person("acme", "7").get(PATH).await;
    assert_eq!(answer.status, 500);
    assert_safe(&answer, "a panic");

    let key = api.machine("acme").with_all().key().await;
    let path = format!("/v1/api-keys/{}", key["id"].as_str().expect("an id"));
    let answer = api.admin("acme").delete(&path).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_safe(&answer, "nothing to say");

    let person = api.person("acme", "7");
    let page = person.get("/api/notifications").await;
    let again = person.get_unless("/api/notifications", page.header("etag")).await;
    assert_eq!(again.status, 304);
    assert_safe(&again, "what is known");

    api.faults.set(local::faults::Plan::always(local::faults::Fault::Throttle));
    let answer = person.put(PATH, &json!({ "notifications_enabled": false })).await;
    assert_eq!(answer.status, 503);
    assert_safe(&answer, "a busy store");
}

const OWN: &str = "https://app.example";

/// A system whose team named one origin, or none.
async fn start(origins: &str) -> Api {
    let cors_origins = Some(origins.to_owned());
    Api::start_with(Setup { cors_origins, ..Setup::default() }).await
}

async fn ask(api: &Api, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    api.send(request.body(Bytes::new()).expect("a request")).await.into()
}

/// Origins that are not `OWN`, however much they look like it.
const OTHERS: [&str; 12] = [
    "https://evil.example",
    "http://app.example",
    "https://app.example:8443",
    "https://app.example.evil.example",
    "https://evilapp.example",
    "https://sub.app.example",
    "https://app.example/",
    "https://APP.example",
    "https://app.example https://evil.example",
    "https://user@app.example",
    "*",
    "null",
];

/// The names of headers by which an answer lets a page do something.
fn grants(answer: &Answer) -> Vec<&str> {
    let names = answer.headers.keys().map(http::HeaderName::as_str);
    let mut names: Vec<_> = names.filter(|name| name.starts_with("access-control-")).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_page_of_another_origin_is_told_nothing_by_any_route() {
    let api = start(OWN).await;
    for route in api.gateway.routes() {
        let path = recorded_path(route);
        let method: Method = route.method.parse().expect("a verb");
        let asks = ("access-control-request-method", route.method.as_str());
        for origin in OTHERS {
            let preflight = ask(&api, Method::OPTIONS, &path, &[("origin", origin), asks]).await;
            assert_eq!(grants(&preflight), Vec::<&str>::new(), "{origin} at {route:?}");
        }
        let answer = ask(&api, method, &path, &[("origin", OTHERS[0])]).await;
        assert_eq!(grants(&answer), Vec::<&str>::new(), "{route:?}");
    }
}

#[tokio::test]
async fn a_page_of_the_own_origin_may_send_what_each_route_takes_and_read_what_it_says() {
    let api = start(OWN).await;
    for route in api.gateway.routes() {
        let path = recorded_path(route);
        let method: Method = route.method.parse().expect("a verb");
        let asks = ("access-control-request-method", route.method.as_str());
        let preflight = ask(&api, Method::OPTIONS, &path, &[("origin", OWN), asks]).await;
        assert_eq!((preflight.status, preflight.body.as_str()), (204, ""));
        assert_eq!(preflight.header("access-control-allow-origin"), OWN, "{route:?}");
        let methods = preflight.header("access-control-allow-methods");
        assert!(methods.split(',').any(|allowed| allowed == route.method), "{route:?}");
        let answer = ask(&api, method, &path, &[("origin", OWN)]).await;
        let expected = ["access-control-allow-origin", "access-control-expose-headers"];
        assert_eq!(grants(&answer), expected, "{route:?}");
        assert_eq!(answer.header("access-control-allow-origin"), OWN, "{route:?}");
    }
}

#[tokio::test]
async fn of_several_origins_each_is_told_its_own_name() {
    let api = start("https://app.example, https://admin.example").await;
    for origin in [OWN, "https://admin.example"] {
        let answer = ask(&api, Method::GET, PATH, &[("origin", origin)]).await;
        assert_eq!(answer.header("access-control-allow-origin"), origin);
    }
    let answer = ask(&api, Method::GET, PATH, &[("origin", "https://other.example")]).await;
    assert_eq!(grants(&answer), Vec::<&str>::new());
}

#[test]
fn pages_may_use_the_verbs_of_routes_and_the_headers_that_functions_read_and_no_cookies() {
    let template = Template::load().expect("the template");
    let mut verbs: Vec<_> = template.routes().into_iter().map(|route| route.method).collect();
    verbs.push("OPTIONS".to_owned());
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list.dedup();
        list
    };
    assert_eq!(sorted(template.cors.allow_methods.clone()), sorted(verbs));
    let read = ["authorization", "content-type", "idempotency-key", "if-none-match"];
    assert_eq!(sorted(template.cors.allow_headers.clone()), read);
    let cors = local::yaml::parse(include_str!("../../../../template.yaml")).expect("YAML");
    let cors = &cors["Resources"]["Api"]["Properties"]["CorsConfiguration"];
    assert!(cors["AllowOrigins"].is_object() || cors["AllowOrigins"].is_string(), "{cors}");
    assert!(cors.get("AllowCredentials").is_none(), "the API knows no cookies");
}
