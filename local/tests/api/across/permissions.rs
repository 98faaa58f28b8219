//! What a caller may do, and in which order it is checked.

use local::functions::endpoint;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::app::App;
use shared::auth::Permission;
use shared::http::surface::LeadAlerts;
use shared::http::surface::lead_alerts::LeadAlertBody;
use shared::http::{Inbound, Status};

use crate::support::{Api, Setup};

const PATH: &str = "/me/notification-prefs";

/// An endpoint that asks for a permission, then reads a body.
async fn with_permission(app: &App, request: Inbound) -> Result<Status, LeadAlerts> {
    let person = app.person(&request).await?;
    person.require(Permission::MessagingUpdate)?;
    request.json::<LeadAlertBody>()?;
    Ok(Status::OK)
}

async fn for_admins(app: &App, request: Inbound) -> Result<Status, LeadAlerts> {
    app.person(&request).await?.require_admin()?;
    Ok(Status::OK)
}

async fn start(endpoint: local::functions::Endpoint) -> Api {
    let replace = Some(("put-notification-prefs", endpoint));
    let environment = vec![("AUTH_ADMIN_ROLE", "owner".to_owned())];
    Api::start_with(Setup { replace, environment, is_undocumented: true, ..Setup::default() }).await
}

async fn status(api: &Api, claims: &Value) -> u16 {
    api.person("acme", "7").with_claims(claims).put(PATH, &json!({})).await.status
}

#[tokio::test]
async fn a_permission_comes_from_the_permissions_or_the_scope_and_admins_have_them_all() {
    let api = start(endpoint(with_permission)).await;
    for (claims, expected) in [
        (json!({ "permissions": ["messaging:update"] }), 200),
        (json!({ "permissions": ["messaging:read", "messaging:update"] }), 200),
        (json!({ "scope": "openid messaging:update" }), 200),
        (json!({ "permissions": ["events:write"], "scope": "messaging:update" }), 200),
        (json!({ "permissions": ["messaging:update"], "scope": "events:write" }), 200),
        (json!({ "role": "owner" }), 200),
        (json!({ "role": ["editor", "owner"] }), 200),
        (json!({ "role": "admin" }), 403),
        (json!({ "role": "owner2" }), 403),
        (json!({ "role": ["editor"] }), 403),
        (json!({ "permissions": ["messaging:read"], "scope": "events:write" }), 403),
        (json!({ "permissions": ["messaging"] }), 403),
        (json!({ "permissions": ["messaging:read messaging:update"] }), 403),
        (json!({ "permissions": ["MESSAGING:UPDATE"] }), 403),
        (json!({ "scope": "messaging:updates" }), 403),
        (json!({}), 403),
    ] {
        assert_eq!(status(&api, &claims).await, expected, "{claims}");
    }
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let api = start(endpoint(with_permission)).await;
    let answer = api.person("acme", "7").put(PATH, &json!({})).await;
    assert_eq!(answer.json()["detail"], "the permission messaging:update is required");
    assert_eq!(answer.header("www-authenticate"), "");
}

#[tokio::test]
async fn only_the_role_makes_an_admin() {
    let api = start(endpoint(for_admins)).await;
    let all: Vec<&str> = Permission::ALL.map(Permission::name).to_vec();
    assert_eq!(status(&api, &json!({ "permissions": all })).await, 403);
    assert_eq!(status(&api, &json!({ "role": "owner" })).await, 200);
}

#[tokio::test]
async fn the_credential_is_checked_first_then_the_org_unit_the_permission_and_the_body() {
    let api = start(endpoint(with_permission)).await;
    let put = async |claims: Value| {
        api.person("acme", "7").with_claims(&claims).put_text(PATH, "no JSON").await.status
    };
    let expired = api.clock.seconds() - 60;
    assert_eq!(put(json!({ "exp": expired, "org_unit": null })).await, 401);
    assert_eq!(put(json!({ "org_unit": null })).await, 400);
    assert_eq!(put(json!({})).await, 403);
    assert_eq!(put(json!({ "role": "owner" })).await, 400);
    assert_eq!(status(&api, &json!({ "role": "owner" })).await, 200);
}

#[tokio::test]
async fn a_persons_token_says_what_they_are_called() {
    async fn called(app: &App, request: Inbound) -> Result<Status, LeadAlerts> {
        let person = app.person(&request).await?;
        let profile = person.profile();
        assert_eq!(profile.email.as_deref(), Some("jane@acme.example"));
        assert_eq!(profile.given_name.as_deref(), Some("Jane"));
        assert_eq!(profile.family_name, None);
        assert_eq!((person.org_unit().as_str(), person.user().as_str()), ("acme", "7"));
        Ok(Status::OK)
    }
    let api = start(endpoint(called)).await;
    let claims = json!({ "email": "jane@acme.example", "given_name": "Jane" });
    assert_eq!(status(&api, &claims).await, 200);
}
