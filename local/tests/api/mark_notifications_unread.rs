//! `POST /api/notifications/bulk-unread`

use pretty_assertions::assert_eq;

use crate::support::Api;
use crate::support::inbox::{INBOX, READ, UNREAD, fill, ids, owner, these};

#[tokio::test]
async fn those_that_are_named_are_unread_as_if_nobody_had_read_them() {
    let api = Api::start().await;
    let all = fill(&api, 4).await;
    let before = api.items().await;
    let shown = owner(&api).get(INBOX).await;
    assert_eq!(owner(&api).post(READ, &these(all.clone())).await.status, 204);
    let answer = owner(&api).post(UNREAD, &these([all[1], all[2]])).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    let unread = owner(&api).get(&format!("{INBOX}?unread=true")).await;
    assert_eq!((ids(&unread), unread.header("x-unread-count")), (all[1..3].to_vec(), "2"));
    for rest in [all[0], all[3]] {
        assert_eq!(owner(&api).post(UNREAD, &these([rest])).await.status, 204);
    }
    assert_eq!(owner(&api).get(INBOX).await.seen(), shown.seen());
    assert_eq!(api.items().await, before);
}

#[tokio::test]
async fn what_is_unread_stays_so() {
    let api = Api::start().await;
    let all = fill(&api, 2).await;
    let before = api.items().await;
    assert_eq!(owner(&api).post(UNREAD, &these(all.clone())).await.status, 204);
    assert_eq!(owner(&api).post(UNREAD, &these([all[0]])).await.status, 204);
    assert_eq!(api.items().await, before);
}
