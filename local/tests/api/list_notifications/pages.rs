//! Pages: how long they are, where the next one is, and what becomes of them while rows come and go.

use std::collections::BTreeSet;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::inbox::{
    DELETE, INBOX, READ, assigned, fill, ids, next_page, owner, these, walk,
};
use crate::support::{Answer, Api};

fn errors(answer: &Answer) -> Value {
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert_eq!(answer.json()["message"], "The given data was invalid.");
    answer.json()["errors"].clone()
}

const LIMIT: &str = "The limit field must be a whole number from 1 to 100.";
const CURSOR: &str = "The cursor field must be one that a Link header gave.";
const FLAG: &str = "The unread field must be true or false.";

#[tokio::test]
async fn a_page_has_a_hundred_notifications_or_as_many_as_are_asked_for() {
    let api = Api::start().await;
    let all = fill(&api, 101).await;
    for (path, limit) in [
        (INBOX.to_owned(), 100),
        (format!("{INBOX}?limit=100"), 100),
        (format!("{INBOX}?limit=1"), 1),
        (format!("{INBOX}?limit=7&colour=blue"), 7),
    ] {
        let answer = owner(&api).get(&path).await;
        assert_eq!(ids(&answer), all[..limit], "{path}");
        let next = next_page(&answer).expect("there are more");
        assert!(next.starts_with("/api/notifications?cursor="), "{next}");
        assert!(next.ends_with(&format!("&limit={limit}")), "{next}");
    }
}

#[tokio::test]
async fn the_last_page_has_no_link_and_is_not_empty() {
    let api = Api::start().await;
    let all = fill(&api, 6).await;
    for (limit, pages) in [(1, 6), (2, 3), (4, 2), (5, 2), (6, 1), (7, 1)] {
        let walked = walk(&owner(&api), &format!("{INBOX}?limit={limit}")).await;
        assert_eq!(walked.len(), pages, "{limit} a page");
        assert_eq!(walked.concat(), all, "{limit} a page");
    }
}

#[tokio::test]
async fn only_those_that_are_unread_are_walked_where_only_they_are_wanted() {
    let api = Api::start().await;
    let all = fill(&api, 7).await;
    let read = these([all[0], all[3], all[4]]);
    assert_eq!(owner(&api).post(READ, &read).await.status, 204);
    let path = format!("{INBOX}?unread=true&limit=2");
    let unread = [all[1], all[2], all[5], all[6]];
    assert_eq!(walk(&owner(&api), &path).await, [&unread[..2], &unread[2..]]);
    let answer = owner(&api).get(&path).await;
    assert!(next_page(&answer).expect("more").ends_with("&limit=2&unread=true"));
    assert_eq!(answer.header("x-unread-count"), "4");
    let shown = &answer.json()[0];
    assert_eq!((&shown["type"], &shown["read_at"]), (&json!(1), &Value::Null), "all of it");
    assert_eq!(ids(&owner(&api).get(&format!("{INBOX}?unread=false")).await), all);
}

#[tokio::test]
async fn tombstones_do_not_shorten_a_page() {
    let api = Api::start().await;
    let all = fill(&api, 40).await;
    // All but the newest, the tenth, and the last two.
    let kept = [all[0], all[9], all[38], all[39]];
    let deleted = these(all.iter().copied().filter(|id| !kept.contains(id)));
    assert_eq!(owner(&api).post(DELETE, &deleted).await.status, 204);
    for limit in 1..=4 {
        let walked = walk(&owner(&api), &format!("{INBOX}?limit={limit}")).await;
        let expected: Vec<&[u64]> = kept.chunks(limit).collect();
        assert_eq!(walked, expected, "{limit} a page");
    }
}

#[tokio::test]
async fn who_walks_meets_everything_that_was_there_once_while_more_comes_in() {
    let api = Api::start().await;
    let all = fill(&api, 9).await;
    let person = owner(&api);
    let mut seen = Vec::new();
    let mut next = Some(format!("{INBOX}?limit=2"));
    while let Some(path) = next {
        let answer = person.get(&path).await;
        seen.extend(ids(&answer));
        next = next_page(&answer);
        // One that is newer than all, and one that was accepted a while ago.
        let round = seen.len();
        api.clock.advance(1);
        assigned(&format!("new-{round}")).put(&api).await;
        assigned(&format!("late-{round}")).accepted_before(1000).put(&api).await;
    }
    let distinct: BTreeSet<u64> = seen.iter().copied().collect();
    assert_eq!(distinct.len(), seen.len(), "nothing twice");
    assert!(seen.is_sorted_by(|newer, older| newer > older));
    assert!(all.iter().all(|id| distinct.contains(id)), "everything that was there");
}

#[tokio::test]
async fn who_walks_meets_what_is_left_while_others_are_deleted() {
    let api = Api::start().await;
    let all = fill(&api, 6).await;
    let first = owner(&api).get(&format!("{INBOX}?limit=2")).await;
    assert_eq!(ids(&first), all[..2]);
    // The very one that the cursor stands at, and the one that would be next.
    assert_eq!(owner(&api).post(DELETE, &these([all[1], all[2]])).await.status, 204);
    let rest = walk(&owner(&api), &next_page(&first).expect("more")).await;
    assert_eq!(rest.concat(), all[3..]);
}

#[tokio::test]
async fn a_cursor_whose_page_is_gone_by_now_leads_to_an_empty_one() {
    let api = Api::start().await;
    fill(&api, 2).await;
    let next = next_page(&owner(&api).get(&format!("{INBOX}?limit=1")).await).expect("more");
    api.clock.advance(91 * 24 * 60 * 60);
    let new = assigned("new").put(&api).await.as_u64();
    let answer = owner(&api).get(&next).await;
    assert_eq!((ids(&answer), answer.header("x-unread-count")), (Vec::new(), "1"));
    assert_eq!(ids(&owner(&api).get(INBOX).await), [new]);
    // The cursor of the very first id: nothing can come after it.
    let answer = owner(&api).get(&format!("{INBOX}?cursor=AQAAAAAAAAAA")).await;
    assert_eq!((ids(&answer), answer.header("link")), (Vec::new(), ""));
}

#[tokio::test]
async fn a_cursor_is_no_key_to_another_inbox() {
    let api = Api::start().await;
    fill(&api, 3).await;
    let next = next_page(&owner(&api).get(&format!("{INBOX}?limit=1")).await).expect("more");
    assert_eq!(api.person("acme", "8").get(&next).await.seen(), (200, json!([])));
    assert_eq!(api.person("globex", "7").get(&next).await.seen(), (200, json!([])));
}

#[tokio::test]
async fn a_wrong_parameter_is_told_and_nothing_is_read() {
    let api = Api::start().await;
    for (query, field, message) in [
        ("limit=", "limit", LIMIT),
        ("limit", "limit", LIMIT),
        ("limit=0", "limit", LIMIT),
        ("limit=101", "limit", LIMIT),
        ("limit=-1", "limit", LIMIT),
        ("limit=%2B5", "limit", LIMIT),
        ("limit=05", "limit", LIMIT),
        ("limit=5.0", "limit", LIMIT),
        ("limit=ten", "limit", LIMIT),
        ("limit=99999999999999999999", "limit", LIMIT),
        ("limit=5&limit=5", "limit", LIMIT),
        ("limit=5,5", "limit", LIMIT),
        ("cursor=", "cursor", CURSOR),
        ("cursor=801069465600532", "cursor", CURSOR),
        ("cursor=AQAAAAAAAAAA&cursor=AQAAAAAAAAAA", "cursor", CURSOR),
        ("cursor=AgAAAAAAAAAA", "cursor", CURSOR),
        ("cursor=AQAAAAAAAAAA%3D", "cursor", CURSOR),
        ("unread=", "unread", FLAG),
        ("unread", "unread", FLAG),
        ("unread=1", "unread", FLAG),
        ("unread=True", "unread", FLAG),
        ("unread=true&unread=true", "unread", FLAG),
    ] {
        let answer = owner(&api).get(&format!("{INBOX}?{query}")).await;
        assert_eq!(errors(&answer), json!({ field: [message] }), "{query}");
    }
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn all_parameters_that_are_wrong_are_told_at_once() {
    let api = Api::start().await;
    let answer = owner(&api).get(&format!("{INBOX}?unread=maybe&limit=0&cursor=x&limits=0")).await;
    let expected = json!({ "cursor": [CURSOR], "limit": [LIMIT], "unread": [FLAG] });
    assert_eq!(errors(&answer), expected);
    let line = api.log.lines().pop().expect("a line");
    assert!(line.contains(r#""error.kind":"invalid_query""#), "{line}");
}

#[tokio::test]
async fn parameters_are_read_as_they_were_meant() {
    let api = Api::start().await;
    let all = fill(&api, 3).await;
    let answer = owner(&api).get(&format!("{INBOX}?%6Cimit=%32&")).await;
    assert_eq!(ids(&answer), all[..2]);
}

#[tokio::test]
async fn who_may_not_ask_is_told_nothing_about_the_query() {
    let api = Api::start().await;
    let machine = api.machine("acme").with_all().await;
    assert_eq!(machine.get(&format!("{INBOX}?limit=0")).await.status, 403);
    assert_eq!(api.stranger().get(&format!("{INBOX}?limit=0")).await.status, 401);
}
