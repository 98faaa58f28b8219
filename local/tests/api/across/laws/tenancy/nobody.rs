//! Who stands in events in the place of people who were erased is nobody, and nobody signs in.

use hyper::body::Bytes;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::aim::everything;
use super::seen;
use crate::support::Api;

/// Whom an event names in the place of someone who was erased.
const NOBODY: &str = "::erased::";

#[tokio::test]
async fn nobody_signs_in_as_who_stands_for_people_who_were_erased() {
    let api = Api::start().await;
    let guarded = api.gateway.routes().iter().filter(|route| route.function != "unsubscribe");
    for route in guarded {
        let answer = async |user: &str| {
            let caller =
                api.person("acme", "7").with_claims(&json!({ "sub": user, "role": "admin" }));
            let method = route.method.parse().expect("a verb");
            let path = route.path.replace(['{', '}'], "");
            caller.send(method, &path, None, Bytes::new()).await
        };
        let answered = answer(NOBODY).await;
        assert_eq!(answered.status, 401, "{route:?}");
        assert_eq!(seen(&answered), seen(&answer("no id").await), "{route:?}");
    }
    assert!(api.faults.calls().is_empty(), "nobody's data was touched");
}

#[tokio::test]
async fn who_is_only_called_alike_is_an_ordinary_person() {
    let api = Api::start().await;
    let change = json!({ "notifications_enabled": false });
    for (org_unit, user) in [
        ("acme", "::erased::7"),
        ("acme", "7::erased::"),
        ("acme", "::ERASED::"),
        ("acme", ":erased:"),
        (NOBODY, "7"),
    ] {
        let before = everything(&api).await;
        let answer = api.person(org_unit, user).put("/me/notification-prefs", &change).await;
        assert_eq!(answer.status, 200, "{org_unit}, {user}");
        let mut after = everything(&api).await;
        after.retain(|key, _| !before.contains_key(key));
        let pair = (format!("OU#{org_unit}#USER#{user}"), "PREFS".to_owned());
        assert_eq!(after.into_keys().collect::<Vec<_>>(), [pair]);
    }
}
