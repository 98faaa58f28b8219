//! Who watches, where people leave and come back around what they do.

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::watching::{
    ISSUE, join, leave, of_project, tell, watcher, watching, with_member,
};

#[tokio::test]
async fn what_someone_did_before_they_left_does_not_make_them_watch_when_they_are_back() {
    let api = with_member().await;
    let mut commented = of_project(&api, "issue.commented", "e-1", "9");
    commented["data"]["actor"] = json!(7);
    commented["data"]["comment"] = json!({ "id": 1, "text": "Yes" });
    commented["data"]["mentions"] = json!([]);
    commented["time"] = json!("2026-03-13T13:59:00Z");
    api.clock.advance(10);
    leave(&api, "acme", "7").await;
    tell(&api, "acme", &commented).await;
    api.clock.advance(10);
    join(&api, "acme", "7").await;
    assert_eq!(watcher(&api, "acme", "7").get(ISSUE).await.seen(), watching(false));
}

#[tokio::test]
async fn of_one_request_who_leaves_and_comes_back_does_not_watch_and_who_acts_then_does() {
    for round in 0..12 {
        let api = with_member().await;
        join(&api, "acme", "8").await;
        watcher(&api, "acme", "7").post_nothing(ISSUE).await;
        api.clock.advance(10);
        let mut events = Vec::new();
        for user in ["7", "8"] {
            for (kind, second) in [("project.member_removed", 1), ("project.member_added", 2)] {
                let mut event = of_project(&api, kind, &format!("{kind}-{user}-{round}"), user);
                event["time"] = json!(format!("2026-03-13T14:00:0{second}Z"));
                events.push(event);
            }
        }
        let mut assigned = of_project(&api, "issue.assigned", &format!("a-{round}"), "8");
        assigned["data"]["assignee"] = json!(8);
        events.push(assigned);
        let mut moved = of_project(&api, "issue.lane_changed", &format!("m-{round}"), "9");
        moved["data"]["lane"] = json!({ "from": "Doing", "to": "Done" });
        events.push(moved);
        assert_eq!(api.admin("acme").post("/v1/events", &json!(events)).await.status, 202);
        api.dispatch().await;
        let of = |user| watcher(&api, "acme", user);
        assert_eq!(of("7").get(ISSUE).await.seen(), watching(false), "{round}");
        assert_eq!(of("8").get(ISSUE).await.seen(), watching(true), "{round}");
        let told = of("7").get("/api/notifications").await.json();
        let types: Vec<u64> = told
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["type"].as_u64().expect("a type"))
            .collect();
        assert!(!types.contains(&3), "{round}: {types:?}");
    }
}
