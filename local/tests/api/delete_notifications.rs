//! `POST /api/notifications/bulk-delete`

use std::time::Duration;

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::inbox::{DELETE, INBOX, READ, UNREAD, assigned, fill, ids, owner, these};
use crate::support::{Api, Setup};

#[tokio::test]
async fn those_that_are_named_are_gone() {
    let api = Api::start().await;
    let all = fill(&api, 4).await;
    assert_eq!(owner(&api).post(READ, &these([all[0], all[1]])).await.status, 204);
    let answer = owner(&api).post(DELETE, &these([all[0], all[3]])).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    let left = owner(&api).get(INBOX).await;
    assert_eq!((ids(&left), left.header("x-unread-count")), (all[1..3].to_vec(), "1"));
}

#[tokio::test]
async fn of_a_deleted_one_stays_that_it_was_there_and_nothing_of_what_it_said() {
    for how_many in [1, 2] {
        let api = Api::start().await;
        let all = fill(&api, how_many).await;
        let rows = api.items().await;
        api.clock.advance(60);
        assert_eq!(owner(&api).post(DELETE, &these(all.clone())).await.status, 204);
        for (row, tombstone) in rows.iter().zip(api.items().await) {
            let by = tombstone["deleted_by"].as_str().expect("a request").to_owned();
            assert_eq!(by.len(), 26);
            let expected = json!({
                "pk": row["pk"],
                "sk": row["sk"],
                "event": row["event"],
                "expires_at": row["expires_at"],
                "deleted_at": (api.clock.seconds() * 1_000_000),
                "deleted_by": by,
            });
            assert_eq!(tombstone, expected);
        }
    }
}

#[tokio::test]
async fn an_event_that_is_dispatched_again_does_not_bring_it_back() {
    let api = Api::start().await;
    let id = assigned("e-1").put(&api).await.as_u64();
    assert_eq!(owner(&api).post(DELETE, &these([id])).await.status, 204);
    let before = api.items().await;
    assert_eq!(assigned("e-1").put(&api).await.as_u64(), id);
    assert_eq!(api.items().await, before);
    assert_eq!(owner(&api).get(INBOX).await.seen(), (200, json!([])));
}

#[tokio::test]
async fn what_is_deleted_is_nobodys_to_read_or_to_delete_again() {
    let api = Api::start().await;
    let all = fill(&api, 2).await;
    assert_eq!(owner(&api).post(DELETE, &these([all[0]])).await.status, 204);
    let before = api.items().await;
    for path in [READ, UNREAD, DELETE] {
        for named in [vec![all[0]], vec![all[1], all[0]]] {
            let place = named.len() - 1;
            let answer = owner(&api).post(path, &these(named)).await;
            let field = format!("notification_ids.{place}");
            assert_eq!((answer.status, answer.json()["errors"][&field].is_array()), (422, true));
        }
    }
    assert_eq!(api.items().await, before);
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_knows_its_own_tombstones() {
    for how_many in [1, 2, 100] {
        let api = Api::start().await;
        let all = fill(&api, how_many).await;
        api.faults.set(Plan::first([Fault::LoseAnswer, Fault::LoseAnswer]));
        let answer = owner(&api).post(DELETE, &these(all)).await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{how_many}");
        assert_eq!(api.faults.calls().len(), 3);
        assert_eq!(owner(&api).get(INBOX).await.seen(), (200, json!([])));
    }
}

#[tokio::test]
async fn a_late_copy_of_a_deletion_changes_nothing() {
    let attempt_timeout = Some(Duration::from_millis(250));
    for how_many in [1, 2] {
        let api = Api::start_with(Setup { attempt_timeout, ..Setup::default() }).await;
        let all = fill(&api, how_many).await;
        api.faults.set(Plan::first([Fault::Delay(Duration::from_secs(1))]));
        assert_eq!(owner(&api).post(DELETE, &these(all)).await.status, 204);
        let before = api.items().await;
        api.faults.settled().await;
        assert_eq!(api.items().await, before);
    }
}

#[tokio::test]
async fn a_deletion_that_was_answered_503_may_have_been_made() {
    let api = Api::start().await;
    let all = fill(&api, 2).await;
    api.faults.set(Plan::always(Fault::LoseAnswer));
    assert_eq!(owner(&api).post(DELETE, &these(all.clone())).await.status, 503);
    api.faults.set(Plan::default());
    assert_eq!(owner(&api).get(INBOX).await.seen(), (200, json!([])));
    // Nobody can tell it from another request: what is deleted is nobody's.
    assert_eq!(owner(&api).post(DELETE, &these(all)).await.status, 422);
}

#[tokio::test]
async fn two_who_delete_at_once_delete_once() {
    let api = Api::start().await;
    let all = fill(&api, 3).await;
    let (one, other) = (these([all[0], all[1]]), these([all[1], all[2]]));
    let person = owner(&api);
    let (one, other) = tokio::join!(person.post(DELETE, &one), person.post(DELETE, &other));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 422]);
    let left = if one.status == 204 { all[2] } else { all[0] };
    assert_eq!(ids(&owner(&api).get(INBOX).await), [left]);
}

#[tokio::test]
async fn it_takes_the_permission_to_delete_and_no_other() {
    let api = Api::start().await;
    let all = fill(&api, 1).await;
    let person = api.person("acme", "7").with("notifications:update");
    assert_eq!(person.post(DELETE, &these(all.clone())).await.status, 403);
    let person = api.person("acme", "7").with("notifications:delete");
    assert_eq!(person.post(READ, &these(all.clone())).await.status, 403);
    assert_eq!(person.post(UNREAD, &these(all.clone())).await.status, 403);
    assert_eq!(api.faults.calls(), Vec::<Value>::new());
    assert_eq!(person.post(DELETE, &these(all)).await.status, 204);
}
