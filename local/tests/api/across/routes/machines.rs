//! What every route answers to machines, and to people who are no admins.

use local::template::Route;
use pretty_assertions::assert_eq;
use serde_json::json;
use shared::auth::Permission;

use super::public::guarded;
use super::{Surface, send, surface};
use crate::support::{Answer, Api};

/// What machines may ask.
const FOR_MACHINES: [&str; 3] = ["/v1/events", "/v1/decisions", "/v1/deliveries"];

impl Surface {
    /// The answer to a machine that holds every permission.
    fn assert_machine_is_told(self, route: &Route, answer: &Answer) {
        let (status, body) = answer.seen();
        match (self, route.method.as_str()) {
            (Self::LeadAlerts, _) => self.assert_unauthenticated(route, answer),
            (Self::ChannelPreferences, "GET") => {
                assert_eq!((status, &body["data"]), (200, &json!([])));
            }
            (Self::ChannelPreferences, _) => {
                let code = json!("insufficient_permissions");
                assert_eq!((status, &body["error"]["code"]), (403, &code), "{route:?}");
            }
            (Self::AccountEmail, _) => {
                assert_eq!((status, &body["error"]["code"]), (403, &json!("USER_REQUIRED")));
                assert_eq!(body["error"]["message"], "endpoint requires a user session");
            }
            (Self::InboxAndWatching, _) => {
                let message = json!({ "message": "This action is unauthorized." });
                assert_eq!((status, body), (403, message), "{route:?}");
            }
            (Self::Platform, "GET") if FOR_MACHINES.contains(&&*route.path) => {
                assert_eq!(status, 200, "{route:?}");
            }
            // Machines are who these are for; only what they send here is neither event nor question.
            (Self::Platform, _) if FOR_MACHINES.contains(&&*route.path) => {
                assert_eq!((status, &body["title"]), (400, &json!("Bad Request")), "{route:?}");
            }
            (Self::Platform, _) => {
                let detail = json!("this endpoint is for people; an API key cannot use it");
                assert_eq!((status, &body["detail"]), (403, &detail), "{route:?}");
            }
        }
    }
}

/// How many routes only admins may use: they make, list and revoke API keys, and say who is who at
/// Slack.
const FOR_ADMINS: usize = 5;

/// Whether only admins may use it.
fn is_for_admins(route: &Route) -> bool {
    let is_of_slack = ["put-member-slack", "sync-slack-identities"].contains(&&*route.function);
    route.path.starts_with("/v1/api-keys") || is_of_slack
}

#[tokio::test]
async fn every_route_tells_a_machine_what_its_surface_says_of_machines() {
    let api = Api::start().await;
    let machine = api.machine("acme").with_all().await;
    let before = api.items().await;
    for route in guarded(&api) {
        surface(route).assert_machine_is_told(route, &send(&machine, route).await);
    }
    assert_eq!(api.items().await, before, "a refused request stores nothing");
}

#[tokio::test]
async fn every_route_refuses_a_key_that_was_revoked() {
    let api = Api::start().await;
    let key = api.machine("acme").with_all().key().await;
    let path = format!("/v1/api-keys/{}", key["id"].as_str().expect("an id"));
    assert_eq!(api.admin("acme").delete(&path).await.status, 204);
    let machine = api.stranger().with_token(key["key"].as_str().expect("a key"));
    for route in guarded(&api) {
        surface(route).assert_unauthenticated(route, &send(&machine, route).await);
    }
}

#[tokio::test]
async fn every_route_refuses_a_key_that_expired() {
    let api = Api::start().await;
    let machine = api.machine("acme").with_all().until("2026-03-13T14:00:30Z").await;
    api.clock.advance(30);
    for route in guarded(&api) {
        surface(route).assert_unauthenticated(route, &send(&machine, route).await);
    }
}

#[tokio::test]
async fn every_route_for_admins_refuses_other_people_whatever_they_may_do() {
    let api = Api::start().await;
    let permissions = Permission::ALL.map(Permission::name).to_vec();
    let person = api.person("acme", "7").with_claims(&json!({ "permissions": permissions }));
    let for_admins = guarded(&api).filter(|route| is_for_admins(route));
    let mut seen = 0;
    for route in for_admins {
        let answer = send(&person, route).await;
        let detail = json!("this endpoint is for admins");
        assert_eq!((answer.status, &answer.json()["detail"]), (403, &detail), "{route:?}");
        seen += 1;
    }
    assert_eq!(seen, FOR_ADMINS);
    assert!(api.faults.calls().is_empty(), "nobody's data was touched");
}
