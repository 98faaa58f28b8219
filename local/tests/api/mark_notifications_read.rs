//! `POST /api/notifications/bulk-read`

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::Api;
use crate::support::inbox::{INBOX, READ, UNREAD, fill, ids, owner, these};

/// When each notification was read, the newest first.
async fn read_at(api: &Api) -> Vec<Value> {
    let shown = owner(api).get(INBOX).await.json();
    shown.as_array().expect("an array").iter().map(|one| one["read_at"].clone()).collect()
}

#[tokio::test]
async fn those_that_are_named_are_read_from_now_on() {
    let api = Api::start().await;
    let all = fill(&api, 3).await;
    let answer = owner(&api).post(READ, &these([all[0], all[2]])).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    let now = json!("2026-03-13T14:00:03.000000Z");
    assert_eq!(read_at(&api).await, [now.clone(), Value::Null, now]);
    let answer = owner(&api).get(&format!("{INBOX}?unread=true")).await;
    assert_eq!((ids(&answer), answer.header("x-unread-count")), (vec![all[1]], "1"));
}

#[tokio::test]
async fn reading_twice_keeps_the_first_time() {
    let api = Api::start().await;
    let all = fill(&api, 2).await;
    for named in [vec![all[0]], vec![all[0], all[1]], vec![all[0]]] {
        assert_eq!(owner(&api).post(READ, &these(named)).await.status, 204);
        api.clock.advance(60);
    }
    let expected = ["2026-03-13T14:00:02.000000Z", "2026-03-13T14:01:02.000000Z"];
    assert_eq!(read_at(&api).await, expected);
}

#[tokio::test]
async fn what_was_unread_in_between_is_read_anew() {
    let api = Api::start().await;
    let all = fill(&api, 1).await;
    assert_eq!(owner(&api).post(READ, &these([all[0]])).await.status, 204);
    api.clock.advance(60);
    assert_eq!(owner(&api).post(UNREAD, &these([all[0]])).await.status, 204);
    assert_eq!(owner(&api).post(READ, &these([all[0]])).await.status, 204);
    assert_eq!(read_at(&api).await, ["2026-03-13T14:01:01.000000Z"]);
}

#[tokio::test]
async fn a_row_that_was_read_is_not_among_what_is_unread() {
    let api = Api::start().await;
    let all = fill(&api, 1).await;
    let mut expected = api.items().await.remove(0);
    assert_eq!(owner(&api).post(READ, &these([all[0]])).await.status, 204);
    expected.as_object_mut().expect("an object").remove("unread_id");
    expected["read_at"] = json!(1_773_410_401_000_000_i64);
    assert_eq!(api.items().await, [expected]);
}
