//! What API Gateway answers by itself, and `cargo dev` like it.

use http::{Method, Request};
use hyper::body::Bytes;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::{Answer, Api};

const PATH: &str = "/me/notification-prefs";

async fn send(api: &Api, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    api.send(request.body(Bytes::new()).expect("a request")).await.into()
}

#[tokio::test]
async fn an_unknown_path_or_verb_is_not_found() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let not_found = (404, json!({ "message": "Not Found" }));
    for path in ["/", "/me", "/me/notification-prefs/", "/Me/notification-prefs", "/v1/events"] {
        assert_eq!(person.get(path).await.seen(), not_found, "{path}");
    }
    for method in [Method::POST, Method::DELETE, Method::PATCH] {
        assert_eq!(send(&api, method, PATH, &[]).await.seen(), not_found);
    }
}

#[tokio::test]
async fn a_preflight_is_answered_with_what_the_template_allows() {
    let api = Api::start().await;
    let headers = [("origin", "https://app.example"), ("access-control-request-method", "PUT")];
    let answer = send(&api, Method::OPTIONS, PATH, &headers).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-allow-methods").contains("PUT"));
    assert!(answer.header("access-control-allow-headers").contains("authorization"));
}

#[tokio::test]
async fn a_page_may_read_the_headers_that_answers_carry() {
    let api = Api::start().await;
    let answer = send(&api, Method::GET, PATH, &[("origin", "https://app.example")]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let exposed = answer.header("access-control-expose-headers").to_ascii_lowercase();
    for name in ["link", "etag", "x-unread-count", "idempotent-replayed", "x-request-id"] {
        assert!(exposed.split(',').any(|exposed| exposed.trim() == name), "{name}");
    }
    let without_origin = send(&api, Method::GET, PATH, &[]).await;
    assert_eq!(without_origin.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_body_of_another_media_type_arrives_as_it_was_sent() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let body = Bytes::from_static(br#"{"notifications_enabled":false}"#);
    // API Gateway passes this one on in base 64.
    let media_type = Some("application/vnd.acme+json");
    assert_eq!(person.send(Method::PUT, PATH, media_type, body).await.status, 200);
    assert_eq!(person.get(PATH).await.json()["notifications_enabled"], false);
}
