//! `users.list`

use std::collections::BTreeSet;

use super::*;

fn ids(page: &Value) -> Vec<&str> {
    page["members"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap()).collect()
}

fn next(page: &Value) -> &str {
    page["response_metadata"]["next_cursor"].as_str().unwrap()
}

/// A cursor as a query has it.
fn escaped(cursor: &str) -> String {
    cursor.replace('=', "%3D").replace('+', "%2B")
}

#[tokio::test]
async fn pages_lead_to_everyone_once_and_to_an_end() {
    let scene = Scene::with(Workspace::of(users(2_500))).await;
    let mut seen = Vec::new();
    let mut query = "users.list?limit=400".to_owned();
    loop {
        let (status, _, page) = scene.get(&query).await;
        assert_eq!((status, &page["ok"]), (200, &json!(true)));
        assert_eq!(page["cache_ts"], 1_773_410_400);
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        if next(&page).is_empty() {
            break;
        }
        assert_eq!(ids(&page).len(), 400);
        query = format!("users.list?limit=400&cursor={}", escaped(next(&page)));
    }
    let expected: Vec<String> =
        std::iter::once("USLACKBOT".to_owned()).chain(users(2_500).map(|user| user.id)).collect();
    assert_eq!(seen, expected);
    assert_eq!(scene.slack.calls().len(), 7);
}

#[tokio::test]
async fn a_form_asks_as_a_query_does_and_json_asks_for_everyone() {
    let scene = Scene::with(Workspace::of(users(3))).await;
    let form = "application/x-www-form-urlencoded";
    let (_, _, page) = scene.post("users.list", form, "limit=2").await.unwrap();
    assert_eq!(ids(&page), ["USLACKBOT", "U0001"]);
    let cursor = format!("limit=2&cursor={}", escaped(next(&page)));
    let (_, _, page) = scene.post("users.list", form, &cursor).await.unwrap();
    assert_eq!((ids(&page), next(&page)), (vec!["U0002", "U0003"], ""));
    let json = r#"{"limit":"2"}"#;
    let (_, _, page) = scene.post("users.list", "application/json", json).await.unwrap();
    assert_eq!((ids(&page).len(), next(&page)), (4, ""));
}

#[tokio::test]
async fn a_user_is_shown_with_what_the_token_may_see() {
    let bot = User { email: None, is_bot: true, ..User::new("U0B0T", "") };
    let gone = User { is_deleted: true, ..User::new("U60NE", "gone@acme.example") };
    let workspace = Workspace::of([User::new("U0001", "Al+x@acme.example"), bot, gone]);
    let scene = Scene::with(workspace.clone()).await;
    let (_, _, page) = scene.get("users.list").await;
    let flags: Vec<(&Value, &Value)> = page["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| (&user["deleted"], &user["is_bot"]))
        .collect();
    let [no, yes] = [&json!(false), &json!(true)];
    assert_eq!(flags, [(no, no), (no, no), (no, yes), (yes, no)]);
    assert_eq!(page["members"][1]["profile"]["email"], "Al+x@acme.example");
    assert_eq!(page["members"][1]["team_id"], "T0LOCAL00");
    assert_eq!(page["members"][2]["profile"].get("email"), None);

    let lacks = BTreeSet::from([Scope::UsersReadEmail]);
    scene.slack.set_workspace(TOKEN, Workspace { lacks, ..workspace.clone() });
    let (_, _, page) = scene.get("users.list").await;
    assert_eq!((ids(&page).len(), page["members"][1]["profile"].get("email")), (4, None));

    let lacks = BTreeSet::from([Scope::UsersRead]);
    scene.slack.set_workspace(TOKEN, Workspace { lacks, ..workspace });
    let (_, _, body) = scene.get("users.list").await;
    assert_eq!((&body["error"], &body["needed"]), (&json!("missing_scope"), &json!("users:read")));
}

#[tokio::test]
async fn a_cursor_leads_somewhere_while_its_user_is_there() {
    let scene = Scene::with(Workspace::of(users(3))).await;
    let (_, _, page) = scene.get("users.list?limit=2").await;
    let query = format!("users.list?limit=2&cursor={}", escaped(next(&page)));
    scene.slack.set_workspace(TOKEN, Workspace::of(users(3).skip(1)));
    assert_eq!(ids(&scene.get(&query).await.2), ["U0002", "U0003"]);
    scene.slack.set_workspace(TOKEN, Workspace::of(users(1)));
    let gone = (200, None, error("invalid_cursor"));
    assert_eq!(scene.get(&query).await, gone);
    for nonsense in ["x", "dXNlcg%3D%3D", "dXNlcjo%3D"] {
        assert_eq!(scene.get(&format!("users.list?limit=2&cursor={nonsense}")).await, gone);
    }
}

#[tokio::test]
async fn many_users_need_a_limit_and_a_limit_is_under_1000() {
    let scene = Scene::with(Workspace::of(users(999))).await;
    assert_eq!(ids(&scene.get("users.list").await.2).len(), 1_000);
    scene.slack.set_workspace(TOKEN, Workspace::of(users(1_000)));
    assert_eq!(scene.get("users.list").await.2, error("limit_required"));
    assert_eq!(scene.get("users.list?limit=0").await.2, error("limit_required"));
    assert_eq!(ids(&scene.get("users.list?limit=999").await.2).len(), 999);
    for limit in ["1000", "-1", "ten"] {
        let (status, _, body) = scene.get(&format!("users.list?limit={limit}")).await;
        assert_eq!((status, &body["error"]), (200, &json!("invalid_arguments")), "{limit}");
    }
}

#[tokio::test]
async fn a_minute_holds_so_many_calls_and_says_when_the_next_one_is_welcome() {
    let scene = Scene::with(Workspace { users_list_per_minute: 2, ..Workspace::default() }).await;
    let status = async || {
        let (status, retry_after, body) = scene.get("users.list").await;
        if status == 429 {
            assert_eq!(body, error("ratelimited"));
        }
        (status, retry_after)
    };
    let welcome = (200, None);
    let wait = |seconds: &str| (429, Some(seconds.to_owned()));
    assert_eq!(status().await, welcome);
    scene.clock.advance_ms(10_000);
    assert_eq!(status().await, welcome);
    assert_eq!(status().await, wait("50"));
    scene.clock.advance_ms(49_400);
    assert_eq!(status().await, wait("1"));
    scene.clock.advance_ms(600);
    assert_eq!(status().await, welcome);
    assert_eq!(status().await, wait("10"));
    assert_eq!(scene.get("auth.test").await.0, 200);
    // Another workspace has a minute of its own.
    scene.slack.set_workspace("xoxb-globex", Workspace::default());
    let request = scene.request(Method::GET, "users.list");
    let other = scene.send(request.header("authorization", "Bearer xoxb-globex"), "").await;
    assert_eq!(other.unwrap().0, 200);
}
