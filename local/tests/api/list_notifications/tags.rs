//! What an answer is recognized by, and who has it already.

use pretty_assertions::assert_eq;

use crate::support::Api;
use crate::support::inbox::{DELETE, INBOX, READ, UNREAD, assigned, fill, ids, know, owner, these};

#[tokio::test]
async fn an_answer_has_a_weak_tag_and_may_be_kept_by_its_caller() {
    let api = Api::start().await;
    let answer = owner(&api).get(INBOX).await;
    let tag = answer.header("etag").to_owned();
    assert!(tag.starts_with("W/\"") && tag.ends_with('"'), "{tag}");
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert_eq!(owner(&api).get(INBOX).await.header("etag"), tag);
}

#[tokio::test]
async fn who_has_the_page_is_told_so_without_a_body() {
    let api = Api::start().await;
    fill(&api, 3).await;
    let path = format!("{INBOX}?limit=2");
    let full = owner(&api).get(&path).await;
    let tag = full.header("etag").to_owned();
    let strong = tag.trim_start_matches("W/").to_owned();
    for tags in [&tag, "*", &strong, &format!("\"other\", {tag}"), &format!("W/\"x,y\",{tag} ,")] {
        let answer = owner(&api).get_unless(&path, tags).await;
        assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{tags}");
        for name in ["etag", "link", "x-unread-count", "cache-control"] {
            assert_eq!(answer.header(name), full.header(name), "{tags}");
        }
        assert_eq!(answer.header("content-type"), "");
        assert_eq!(answer.header("x-request-id").len(), 26);
    }
    for tags in ["", "\"other\"", "nonsense", &tag[..tag.len() - 1], &tag.to_lowercase()] {
        let answer = owner(&api).get_unless(&path, tags).await;
        assert_eq!(answer.seen(), full.seen(), "{tags}");
    }
}

#[tokio::test]
async fn whatever_an_answer_says_is_in_its_tag() {
    let api = Api::start().await;
    let all = fill(&api, 3).await;
    let person = owner(&api);
    let mut tags = Vec::new();
    let path = format!("{INBOX}?limit=1");
    let mut note = async |what: &str, path: &str| {
        let answer = person.get(path).await;
        let tag = answer.header("etag").to_owned();
        assert!(!tags.contains(&tag), "{what}");
        let again = person.get_unless(path, &tags.join(",")).await;
        assert_eq!(again.status, 200, "{what}");
        tags.push(tag);
    };
    note("the first page", &path).await;
    note("another length", &format!("{INBOX}?limit=2")).await;
    note("the same rows, and another link", &format!("{path}&unread=true")).await;
    assert_eq!(person.post(READ, &these([all[2]])).await.status, 204);
    note("another count", &path).await;
    assert_eq!(person.post(READ, &these([all[0]])).await.status, 204);
    note("it was read", &path).await;
    know(&api, "4", "Alice", None).await;
    note("the actor has a name", &path).await;
    assert_eq!(person.post(DELETE, &these([all[1], all[2]])).await.status, 204);
    note("there is no next page", &path).await;
    api.clock.advance(1);
    assigned("new").put(&api).await;
    note("there is a new one", &path).await;
}

#[tokio::test]
async fn what_was_read_and_unread_again_is_the_same_answer() {
    let api = Api::start().await;
    let all = fill(&api, 2).await;
    let tag = owner(&api).get(INBOX).await.header("etag").to_owned();
    assert_eq!(owner(&api).post(READ, &these([all[0]])).await.status, 204);
    assert_eq!(owner(&api).get_unless(INBOX, &tag).await.status, 200);
    assert_eq!(owner(&api).post(UNREAD, &these([all[0]])).await.status, 204);
    assert_eq!(owner(&api).get_unless(INBOX, &tag).await.status, 304);
}

#[tokio::test]
async fn a_tag_says_nothing_to_whoever_may_not_ask() {
    let api = Api::start().await;
    assert_eq!(api.stranger().get_unless(INBOX, "*").await.status, 401);
    assert_eq!(owner(&api).get_unless(&format!("{INBOX}?limit=0"), "*").await.status, 422);
}

#[tokio::test]
async fn what_is_unread_is_counted_to_a_hundred_over_all_pages() {
    let api = Api::start().await;
    fill(&api, 99).await;
    let count = async |path: &str| owner(&api).get(path).await.header("x-unread-count").to_owned();
    assert_eq!(count(&format!("{INBOX}?limit=1")).await, "99");
    for (more, expected) in [(1, "100"), (1, "100+"), (3, "100+")] {
        for number in 0..more {
            api.clock.advance(1);
            assigned(&format!("{expected}-{more}-{number}")).put(&api).await;
        }
        for query in ["", "?limit=1", "?unread=true"] {
            assert_eq!(count(&format!("{INBOX}{query}")).await, expected, "{query}");
        }
    }
    let newest = ids(&owner(&api).get(INBOX).await);
    assert_eq!(owner(&api).post(READ, &these(newest)).await.status, 204);
    assert_eq!(count(INBOX).await, "4");
}
