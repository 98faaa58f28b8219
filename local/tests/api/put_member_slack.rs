//! `PUT /members/{org_member_id}/slack`

mod meanwhile;

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::ingest_events::upserted;
use crate::support::Api;
use crate::support::identities::{
    assert_counts_follow, counts, item_of, put_slack, set_leaf, tell_directory,
};

async fn put(api: &Api, member: &str, slack_user: Option<&str>) -> u16 {
    put_slack(api, "acme", member, slack_user).await
}

/// The Slack user of someone, as they see it.
async fn seen_by(api: &Api, user: &str) -> Value {
    api.person("acme", user).get("/me/notification-prefs").await.json()["slack_user_id"].clone()
}

#[tokio::test]
async fn a_member_is_who_an_admin_says_and_sees_it_masked() {
    let api = Api::start().await;
    tell_directory(&api, "acme", &[upserted("e-1", "m-7", "7", true)]).await;
    let path = "/members/m-7/slack";
    let answer = api.admin("acme").put(path, &json!({ "slack_user_id": "U12ABCXYZ" })).await;
    assert_eq!(answer.seen(), (200, json!({ "status": "ok" })));
    assert_eq!(seen_by(&api, "7").await, "U12•••XYZ");
    assert_eq!(counts(&api, "acme").await, (1, 1));
    assert_eq!(put(&api, "m-7", Some("W12")).await, 200);
    assert_eq!(seen_by(&api, "7").await, "•••");
    assert_eq!(put(&api, "m-7", None).await, 200);
    assert_eq!(seen_by(&api, "7").await, Value::Null);
    assert_eq!(counts(&api, "acme").await, (1, 0));
    assert_counts_follow(&api, "acme").await;
}

#[tokio::test]
async fn a_mapping_is_the_persons_and_counts_for_each_of_their_entries_that_is_confirmed() {
    let api = Api::start().await;
    let entries: Vec<Value> = (1..=8)
        .map(|entry| upserted(&format!("e-{entry}"), &format!("m-{entry}"), "7", entry % 4 != 0))
        .collect();
    tell_directory(&api, "acme", &entries).await;
    assert_eq!(put(&api, "m-3", Some("U12ABCXYZ")).await, 200);
    assert_eq!(counts(&api, "acme").await, (6, 6));
    assert_counts_follow(&api, "acme").await;
    assert_eq!(put(&api, "m-8", None).await, 200, "also by one that is not confirmed");
    assert_eq!(counts(&api, "acme").await, (6, 0));
    assert_counts_follow(&api, "acme").await;
}

#[tokio::test]
async fn who_is_no_member_of_the_org_unit_is_not_found_and_nothing_changes() {
    let api = Api::start().await;
    let mut removed = upserted("e-2", "m-8", "8", true);
    removed["type"] = json!("member.removed");
    removed["time"] = json!("2026-03-13T13:00:01Z");
    tell_directory(
        &api,
        "acme",
        &[upserted("e-1", "m-7", "7", true), upserted("e-0", "m-8", "8", true), removed],
    )
    .await;
    let before = api.items().await;
    let body = json!({ "slack_user_id": "U12ABCXYZ" });
    for (org_unit, member) in [
        ("acme", "m-8"),
        ("acme", "m-9"),
        ("acme", "7"),
        ("acme", "m%237"),
        ("globex", "m-7"),
        ("globex", "m-8"),
    ] {
        let path = format!("/members/{member}/slack");
        let answer = api.admin(org_unit).put(&path, &body).await;
        assert_eq!(answer.status, 404, "{org_unit} {member}");
    }
    assert_eq!(api.items().await, before);
}

#[tokio::test]
async fn a_body_that_is_wrong_is_refused_with_its_path_and_nothing_is_stored() {
    let api = Api::start().await;
    let shape = "must be a Slack user id: U or W, then 2 to 30 of A-Z and 0-9";
    let wrong_type = "must be a string or null";
    let id = |id: &str| json!({ "slack_user_id": id });
    for (body, path, detail) in [
        (json!({}), "slack_user_id", "is required"),
        (id(""), "slack_user_id", shape),
        (id("U1"), "slack_user_id", shape),
        (id("u012ab3cd"), "slack_user_id", shape),
        (id("B012AB3CD"), "slack_user_id", shape),
        (id(" U012AB3CD"), "slack_user_id", shape),
        (id(&format!("U{}", "A".repeat(31))), "slack_user_id", shape),
        (json!({ "slack_user_id": 7 }), "slack_user_id", wrong_type),
        (json!({ "slack_user_id": ["U012AB3CD"] }), "slack_user_id", wrong_type),
        (
            json!({ "slack_user_id": null, "slack_user": "U012AB3CD" }),
            "slack_user",
            "is not a known field; did you mean slack_user_id?",
        ),
    ] {
        // Nobody is asked who the member is before the body is good.
        let answer = api.admin("acme").put("/members/m-7/slack", &body).await;
        assert_eq!(answer.status, 400, "{body}");
        let fault = (path.to_owned(), detail.to_owned());
        if path == "slack_user" {
            assert_eq!(answer.faults()[0].0, fault.0);
        } else {
            assert_eq!(answer.faults(), [fault]);
        }
    }
    let answer = api.admin("acme").put_text("/members/m-7/slack", "no JSON").await;
    assert_eq!(answer.status, 400);
    let answer = api.person("acme", "7").put_text("/members/m-7/slack", "no JSON").await;
    assert_eq!(answer.status, 403, "who may not ask is told nothing about what they sent");
    assert!(api.faults.calls().is_empty());
}

#[tokio::test]
async fn it_is_two_reads_and_a_transaction_and_an_update_where_no_count_changes() {
    let row = "| `put-member-slack` | two `GetItem`, strongly consistent: the entry, and whom it is about; then, unless it is so \
               already, one `UpdateItem`, or where someone is mapped who was not, or no more, one `TransactWriteItems` of the \
               person, their entries, and the counts of each shard that has one that is confirmed |";
    assert!(include_str!("../../../docs/costs.md").contains(row));
    let api = Api::start().await;
    tell_directory(
        &api,
        "acme",
        &[upserted("e-1", "m-7", "7", true), upserted("e-2", "m-8", "7", true)],
    )
    .await;
    for (slack_user, written) in [
        (None, Some("UpdateItem")),
        (None, None),
        (Some("U12ABCXYZ"), Some("TransactWriteItems")),
        (Some("U12ABCXYZ"), None),
        (Some("U34ABCXYZ"), Some("UpdateItem")),
        (None, Some("TransactWriteItems")),
    ] {
        api.faults.set(Plan::default());
        assert_eq!(put(&api, "m-7", slack_user).await, 200);
        let expected: Vec<&str> = ["GetItem", "GetItem"].into_iter().chain(written).collect();
        assert_eq!(api.faults.calls(), expected, "{slack_user:?}");
        let reads = api.faults.bodies().into_iter().take(2);
        assert!(reads.into_iter().all(|body| body["ConsistentRead"] == true));
        // The person, two entries, and the counts of their two shards.
        let parts = api.faults.bodies()[expected.len() - 1]["TransactItems"].clone();
        assert!(parts.as_array().is_none_or(|parts| parts.len() == 5), "{parts}");
    }
    assert_counts_follow(&api, "acme").await;
}

#[tokio::test]
async fn who_was_out_of_reach_is_tried_again_once_an_admin_says_who_they_are() {
    let api = Api::start().await;
    tell_directory(&api, "acme", &[upserted("e-1", "m-7", "7", true)]).await;
    for (before, after) in [("U12ABCXYZ", "U12ABCXYZ"), ("U12ABCXYZ", "U34ABCXYZ")] {
        assert_eq!(put(&api, "m-7", Some(before)).await, 200);
        set_leaf(&api, "7", "slack_unreachable", before).await;
        assert_eq!(put(&api, "m-7", Some(after)).await, 200);
        assert_eq!(item_of(&api, "acme", "7").await["slack_unreachable"], Value::Null);
    }
}

#[tokio::test]
async fn a_member_who_comes_back_is_who_they_were() {
    let api = Api::start().await;
    let at = |mut event: Value, second: u32| {
        event["time"] = json!(format!("2026-03-13T13:00:{second:02}Z"));
        event
    };
    let mut removed = upserted("e-2", "m-7", "7", true);
    removed["type"] = json!("member.removed");
    tell_directory(&api, "acme", &[at(upserted("e-1", "m-7", "7", true), 1)]).await;
    assert_eq!(put(&api, "m-7", Some("U12ABCXYZ")).await, 200);
    tell_directory(&api, "acme", &[at(removed, 2)]).await;
    assert_eq!(counts(&api, "acme").await, (0, 0));
    tell_directory(&api, "acme", &[at(upserted("e-3", "m-9", "7", true), 3)]).await;
    assert_eq!(counts(&api, "acme").await, (1, 1));
    assert_counts_follow(&api, "acme").await;
}

#[tokio::test]
async fn a_fault_that_passes_is_not_noticed_and_one_that_stays_is_a_503() {
    let api = Api::start().await;
    tell_directory(&api, "acme", &[upserted("e-1", "m-7", "7", true)]).await;
    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle];
    for fault in faults {
        for call in 1..=3 {
            for slack_user in [Some("U12ABCXYZ"), None] {
                api.faults.set(Plan::fail_calls(call..call + 1, fault));
                assert_eq!(put(&api, "m-7", slack_user).await, 200, "{fault:?} {call}");
                assert_counts_follow(&api, "acme").await;
            }
        }
        api.faults.set(Plan::always(fault));
        assert_eq!(put(&api, "m-7", None).await, 503);
        api.faults.set(Plan::default());
    }
}
