//! `POST /integrations/slack/sync-identities`

mod meanwhile;
mod overrides;
mod places;
mod refusals;

use local::faults::Plan;
use local::slack::{User, Workspace};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::ingest_events::upserted;
use crate::support::identities::{
    assert_counts_follow, counts, item_of, put_members, put_slack, set_leaf, tell_directory,
};
use crate::support::slack::{connect_slack, connect_workspace, slack_id, slack_user, slack_users};
use crate::support::{Answer, Api};

pub(crate) const PATH: &str = "/integrations/slack/sync-identities";

/// An admin has the members of acme looked for at Slack.
async fn sync(api: &Api) -> Answer {
    api.admin("acme").post_nothing(PATH).await
}

/// The members `m-1` and on of acme, who are the users `1` and on.
async fn with_members(count: usize) -> Api {
    let api = Api::start().await;
    let event = |number: usize| {
        upserted(&format!("e-{number}"), &format!("m-{number}"), &number.to_string(), true)
    };
    tell_directory(&api, "acme", &(1..=count).map(event).collect::<Vec<_>>()).await;
    api
}

fn report(total: u64, mapped: u64, newly_mapped: u64, unmatched: &[&str]) -> (u16, Value) {
    let report = json!({
        "total": total, "mapped": mapped, "newly_mapped": newly_mapped, "unmatched": unmatched,
    });
    (200, report)
}

/// Whom someone of acme is mapped to.
async fn mapped_to(api: &Api, user: &str) -> Value {
    item_of(api, "acme", user).await["slack_user_id"].clone()
}

/// The user with another address.
fn with_email(user: User, email: &str) -> User {
    User { email: Some(email.to_owned()), ..user }
}

#[tokio::test]
async fn members_are_mapped_to_who_has_their_address_in_whatever_letters() {
    let api = with_members(3).await;
    let mut shouting = upserted("e-ada", "m-ada", "ada", true);
    shouting["data"]["email"] = json!("ADA@Acme.Example");
    tell_directory(&api, "acme", &[shouting, upserted("e-9", "m-9", "9", false)]).await;
    let in_capitals = with_email(slack_user("1"), "1@ACME.example");
    let users = [in_capitals, slack_user("ada"), slack_user("9"), slack_user("nobody")];
    connect_slack(&api, "acme", users);
    assert_eq!(sync(&api).await.seen(), report(4, 2, 2, &["m-2", "m-3"]));
    assert_eq!(mapped_to(&api, "1").await, slack_id("1"));
    assert_eq!(mapped_to(&api, "ada").await, slack_id("ada"));
    assert_eq!(mapped_to(&api, "9").await, Value::Null, "nobody who is not confirmed");
    assert_eq!(counts(&api, "acme").await, (4, 2));
    assert_counts_follow(&api, "acme").await;
    let seen = api.person("acme", "1").get("/me/notification-prefs").await.json();
    assert_eq!(seen["slack_user_id"], "U00•••01A");
}

#[tokio::test]
async fn bots_and_deactivated_users_match_nobody() {
    let api = with_members(3).await;
    let bot = User { is_bot: true, ..slack_user("1") };
    let deactivated = User { is_deleted: true, ..slack_user("2") };
    connect_slack(&api, "acme", [bot, deactivated, slack_user("3")]);
    assert_eq!(sync(&api).await.seen(), report(3, 1, 1, &["m-1", "m-2"]));
}

#[tokio::test]
async fn a_person_is_looked_for_by_the_address_of_their_newest_confirmed_entry() {
    let api = Api::start().await;
    let entry = |number: u32, email: &str, confirmed| {
        let member = format!("m-{number}");
        let mut event = upserted(&format!("e-{number}"), &member, "7", confirmed);
        event["time"] = json!(format!("2026-03-13T13:00:0{number}Z"));
        event["data"]["email"] = json!(email);
        event
    };
    let entries = [
        entry(1, "old@acme.example", true),
        entry(2, "new@acme.example", true),
        entry(3, "pending@acme.example", false),
    ];
    tell_directory(&api, "acme", &entries).await;
    let emails = ["old", "new", "pending"].map(|name| format!("{name}@acme.example"));
    connect_slack(
        &api,
        "acme",
        emails.iter().map(|email| User::new(&slack_id(&email[..3]), email)),
    );
    assert_eq!(sync(&api).await.seen(), report(2, 2, 2, &[]));
    assert_eq!(mapped_to(&api, "7").await, slack_id("new"));
    assert_counts_follow(&api, "acme").await;
}

#[tokio::test]
async fn a_mapping_that_turned_out_to_be_wrong_is_taken_away_and_no_other() {
    let api = with_members(6).await;
    connect_slack(&api, "acme", slack_users(6));
    assert_eq!(sync(&api).await.seen(), report(6, 6, 6, &[]));
    let users = [
        User { is_deleted: true, ..slack_user("1") },
        User { is_bot: true, ..slack_user("2") },
        with_email(slack_user("3"), "someone@else.example"),
        User { email: None, ..slack_user("4") },
        // 5 is not listed any more. Someone else has the address of 6 by now.
        with_email(slack_user("6"), "6@else.example"),
        with_email(slack_user("7"), "6@acme.example"),
    ];
    connect_slack(&api, "acme", users);
    assert_eq!(sync(&api).await.seen(), report(6, 3, 0, &["m-1", "m-2", "m-3"]));
    assert_eq!(mapped_to(&api, "4").await, slack_id("4"));
    assert_eq!(mapped_to(&api, "5").await, slack_id("5"));
    assert_eq!(mapped_to(&api, "6").await, slack_id("7"));
    assert_counts_follow(&api, "acme").await;
}

#[tokio::test]
async fn who_was_out_of_reach_is_tried_again_once_slack_lists_them_as_active() {
    let api = with_members(2).await;
    connect_slack(&api, "acme", slack_users(2));
    assert_eq!(sync(&api).await.status, 200);
    for user in ["1", "2"] {
        set_leaf(&api, user, "slack_unreachable", &slack_id(user)).await;
    }
    connect_slack(&api, "acme", [slack_user("1"), User { email: None, ..slack_user("2") }]);
    assert_eq!(sync(&api).await.seen(), report(2, 2, 0, &[]));
    let mark = async |user| item_of(&api, "acme", user).await["slack_unreachable"].clone();
    assert_eq!((mark("1").await, mark("2").await), (Value::Null, json!(slack_id("2"))));
}

#[tokio::test]
async fn a_sync_after_a_sync_writes_nothing_but_its_place() {
    let api = with_members(30).await;
    connect_slack(&api, "acme", slack_users(20));
    assert_eq!(sync(&api).await.status, 200);
    let people = async || {
        let mut items = api.items().await;
        items.retain(|item| item["sk"] != "SYNC");
        items
    };
    let before = people().await;
    api.faults.set(Plan::default());
    let unmatched: Vec<String> = (21..=30).map(|number| format!("m-{number}")).collect();
    let unmatched: Vec<&str> = unmatched.iter().map(String::as_str).collect();
    assert_eq!(sync(&api).await.seen(), report(30, 20, 0, &unmatched));
    let calls = api.faults.calls();
    let writes =
        calls.iter().filter(|call| !["GetItem", "Query", "BatchGetItem"].contains(&&***call));
    assert_eq!(writes.collect::<Vec<_>>(), ["UpdateItem", "UpdateItem"], "taken and left");
    assert_eq!(people().await, before);
}

#[tokio::test]
async fn slack_is_asked_for_pages_and_never_for_one_member() {
    let row = "| `sync-slack-identities` | one `GetItem` and one `UpdateItem` of its place; 16 `Query` of the members, side by side, \
               and one `BatchGetItem` for each 100 people, eight at a time, all strongly consistent; one write as above for each \
               who is mapped or no more; one `UpdateItem` after each page of Slack's users |";
    assert!(include_str!("../../../docs/costs.md").contains(row));
    let api = with_members(60).await;
    connect_slack(&api, "acme", slack_users(450));
    api.faults.set(Plan::default());
    assert_eq!(sync(&api).await.seen(), report(60, 60, 60, &[]));
    // 451 with Slackbot.
    let calls: Vec<String> = api.slack.calls().into_iter().map(|call| call.method).collect();
    assert_eq!(calls, ["users.list", "users.list", "users.list"]);
    let calls = api.faults.calls();
    let count = |call: &str| calls.iter().filter(|other| *other == call).count();
    assert_eq!((count("Query"), count("BatchGetItem")), (16, 1), "members are read once");
    assert_eq!((count("GetItem"), count("TransactWriteItems")), (1, 60), "one write a match");
    assert_eq!(count("UpdateItem"), 4, "the place: taken, kept after two pages, left");
}

#[tokio::test]
async fn of_those_who_match_nobody_a_thousand_are_named() {
    let api = Api::start().await;
    put_members(&api, "acme", 1_003).await;
    connect_slack(&api, "acme", slack_users(1));
    let answer = sync(&api).await.json();
    let unmatched = answer["unmatched"].as_array().expect("a list");
    assert_eq!((&answer["total"], &answer["mapped"]), (&json!(1_003), &json!(1)));
    assert_eq!(unmatched.len(), 1_000);
    assert!(unmatched.is_sorted_by(|a, b| a.as_str() < b.as_str()));
    assert_eq!(unmatched[0], "m-10");
}

#[tokio::test]
async fn an_org_unit_is_looked_for_in_its_own_workspace_and_nothing_of_another_is_seen() {
    let api = with_members(2).await;
    connect_slack(&api, "acme", slack_users(2));
    connect_workspace(&api, "globex", Workspace::of(slack_users(3)));
    tell_directory(&api, "globex", &[upserted("e-1", "m-1", "1", true)]).await;
    let globex = api.admin("globex").post_nothing(PATH).await;
    assert_eq!(globex.seen(), report(1, 1, 1, &[]));
    assert_eq!(mapped_to(&api, "1").await, Value::Null);
    assert_eq!(counts(&api, "acme").await, (2, 0));
}
