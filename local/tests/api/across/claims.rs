//! What a token must say, by whatever names the provider says it.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Api, Setup};

const PATH: &str = "/me/notification-prefs";

async fn status(api: &Api, claims: Value) -> u16 {
    api.person("acme", "7").with_claims(&claims).get(PATH).await.status
}

#[tokio::test]
async fn a_token_expires_with_thirty_seconds_of_leeway() {
    let api = Api::start().await;
    let now = api.clock.seconds();
    for (exp, expected) in [
        (json!(now + 1), 200),
        (json!(now - 29), 200),
        (json!(now as f64 - 28.5), 200),
        (json!(now as f64 - 29.5), 200),
        (json!(now as f64 - 30.5), 401),
        (json!(now - 30), 401),
        (json!(0), 401),
        (json!(-1), 401),
        (json!(253_402_300_799_i64), 200),
        (json!(253_402_300_800_i64), 401),
        // Milliseconds, where seconds are meant, would never expire.
        (json!((now + 600) * 1000), 401),
        (json!(u64::MAX), 401),
        (json!(1e300), 401),
        (json!((now + 600).to_string()), 401),
        (json!([now + 600]), 401),
        (json!(true), 401),
        (Value::Null, 401),
    ] {
        assert_eq!(status(&api, json!({ "exp": exp })).await, expected, "{exp}");
    }
    let expired = api.person("acme", "7").with_claims(&json!({ "exp": now - 31 }));
    assert_eq!(expired.get(PATH).await.json()["detail"], "the token has expired");
}

#[tokio::test]
async fn a_token_is_not_good_before_its_time() {
    let api = Api::start().await;
    let now = api.clock.seconds();
    for (nbf, expected) in [
        (json!(now), 200),
        (json!(now + 30), 200),
        (json!(now + 31), 401),
        (json!(now as f64 + 29.9), 200),
        (json!(now as f64 + 30.9), 401),
        (json!("0"), 401),
        (Value::Null, 200),
    ] {
        assert_eq!(status(&api, json!({ "nbf": nbf })).await, expected, "{nbf}");
    }
}

#[tokio::test]
async fn issuer_and_audience_must_be_the_configured_ones() {
    let environment = vec![("AUTH_AUDIENCE", "web,mobile".to_owned())];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    for (claims, expected) in [
        (json!({ "aud": "web" }), 200),
        (json!({ "aud": "mobile" }), 200),
        (json!({ "aud": ["other", "mobile"] }), 200),
        (json!({ "aud": "other" }), 401),
        (json!({ "aud": "web,mobile" }), 401),
        (json!({ "aud": [] }), 401),
        (json!({ "aud": [["web"]] }), 401),
        (json!({ "aud": ["web", 7] }), 401),
        (json!({ "aud": { "web": true } }), 401),
        (json!({ "aud": null }), 401),
        (json!({ "aud": "web", "iss": "https://evil.example/" }), 401),
        (json!({ "aud": "web", "iss": "https://identity.example" }), 401),
        (json!({ "aud": "web", "iss": ["https://identity.example/"] }), 401),
        (json!({ "aud": "web", "iss": null }), 401),
    ] {
        assert_eq!(status(&api, claims.clone()).await, expected, "{claims}");
    }
}

#[tokio::test]
async fn without_an_org_unit_there_is_nothing_to_read() {
    let api = Api::start().await;
    let answer = api.person("acme", "7").with_claims(&json!({ "org_unit": null })).get(PATH).await;
    let detail = "the token names no organizational unit; choose one and sign in to it";
    assert_eq!((answer.status, &answer.json()["detail"]), (400, &json!(detail)));
}

#[tokio::test]
async fn ids_of_other_characters_make_a_bad_credential() {
    let api = Api::start().await;
    let long = "x".repeat(129);
    let bad = ["", " ", "a#b", "a/b", "a\u{0}", "ä", "acme#USER#8", "acme\n", &long];
    for bad in bad.map(|text| json!(text)).into_iter().chain([json!(7), json!(["acme"]), json!({})])
    {
        assert_eq!(status(&api, json!({ "org_unit": bad })).await, 401, "{bad}");
        assert_eq!(status(&api, json!({ "sub": bad })).await, 401, "{bad}");
    }
    assert_eq!(status(&api, json!({ "sub": null })).await, 401);
    let good = json!({ "org_unit": "o_1:eu.acme|x@y-z", "sub": "x".repeat(128) });
    assert_eq!(status(&api, good).await, 200);
}

#[tokio::test]
async fn a_claim_of_the_wrong_type_makes_a_bad_credential() {
    let api = Api::start().await;
    for claims in [
        json!({ "permissions": 7 }),
        json!({ "permissions": [7] }),
        json!({ "scope": { "a": 1 } }),
        json!({ "role": true }),
        json!({ "email": 7 }),
        json!({ "email": 7, "org_unit": null }),
    ] {
        assert_eq!(status(&api, claims.clone()).await, 401, "{claims}");
    }
    let unknown = json!({ "permissions": ["fly"], "scope": "openid email", "role": "pilot" });
    assert_eq!(status(&api, unknown).await, 200);
}

#[tokio::test]
async fn cognito_access_tokens_are_understood() {
    let environment = vec![
        ("AUTH_AUDIENCE_CLAIM", "client_id".to_owned()),
        ("AUTH_ORG_UNIT_CLAIM", "custom:org_unit".to_owned()),
        ("AUTH_ROLE_CLAIM", "cognito:groups".to_owned()),
    ];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    let access = json!({
        "aud": null,
        "org_unit": null,
        "client_id": local::environment::AUDIENCE,
        "custom:org_unit": "acme",
        "cognito:groups": ["admin", "eu-west-1_pool"],
        "scope": "aws.cognito.signin.user.admin messaging:read",
        "token_use": "access",
    });
    assert_eq!(status(&api, access).await, 200);
    // An ID token says for whom it is in `aud`.
    assert_eq!(status(&api, json!({ "custom:org_unit": "acme" })).await, 401);
}

#[tokio::test]
async fn auth0_namespaced_claims_are_understood() {
    let claim = "https://acme.example/org_unit";
    let environment = vec![("AUTH_ORG_UNIT_CLAIM", claim.to_owned())];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    let claims =
        json!({ "org_unit": null, claim: "acme", "sub": "auth0|5f7c8ec7c33c6c004bbafe82" });
    assert_eq!(status(&api, claims).await, 200);
    assert_eq!(status(&api, json!({})).await, 400);
}

#[tokio::test]
async fn clerk_session_tokens_are_understood() {
    let environment = vec![
        ("AUTH_AUDIENCE_CLAIM", "azp".to_owned()),
        ("AUTH_AUDIENCE", "https://app.acme.example".to_owned()),
        ("AUTH_ORG_UNIT_CLAIM", "/o/id".to_owned()),
        ("AUTH_ROLE_CLAIM", "/o/rol".to_owned()),
    ];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    let session = json!({
        "aud": null,
        "org_unit": null,
        "azp": "https://app.acme.example",
        "o": { "id": "org_2abc", "rol": "admin", "slg": "acme" },
    });
    assert_eq!(status(&api, session.clone()).await, 200);
    let mut personal = session;
    personal["o"] = Value::Null;
    assert_eq!(status(&api, personal).await, 400);
}

#[tokio::test]
async fn the_pair_comes_from_the_token_and_from_nowhere_else() {
    let api = Api::start().await;
    let seven = api.person("acme", "7");
    let body = json!({ "notifications_enabled": false });
    let path = format!("{PATH}?sub=8&org_unit=globex&user=8");
    assert_eq!(seven.put(&path, &body).await.status, 200);
    let items = api.items().await;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["pk"], "OU#acme#USER#7");
}
