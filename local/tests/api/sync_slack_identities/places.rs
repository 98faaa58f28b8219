//! A sync that stops on the way, and who goes on with it.

use local::faults::Fault;
use local::slack::SlackFault;
use pretty_assertions::assert_eq;

use super::*;

/// So many members, spread over a workspace of 2,500.
async fn with_workspace(members: usize) -> Api {
    let api = with_members(members).await;
    connect_large_workspace(&api, members, 100);
    api
}

/// A workspace of 2,500 that lets itself be asked so often, with so many members in it.
fn connect_large_workspace(api: &Api, members: usize, per_minute: usize) {
    let strangers = (0..2_500 - members).map(|number| slack_user(&format!("x{number}")));
    let mut users: Vec<User> = strangers.collect();
    for (place, user) in slack_users(members).enumerate() {
        users.insert(place * 2_500 / members, user);
    }
    let workspace = Workspace { users_list_per_minute: per_minute, ..Workspace::of(users) };
    connect_workspace(api, "acme", workspace);
}

/// The status, and in how many seconds to ask again.
fn unfinished(answer: &Answer) -> (u16, String) {
    (answer.status, answer.header("retry-after").to_owned())
}

fn until(seconds: &str) -> (u16, String) {
    (503, seconds.to_owned())
}

/// Asks again as often as it is told to. Gives the report, and how often that was.
async fn sync_to_the_end(api: &Api) -> ((u16, Value), usize) {
    for calls in 1..20 {
        let answer = sync(api).await;
        if answer.status != 503 {
            return (answer.seen(), calls);
        }
        let seconds = answer.header("retry-after").parse().expect("seconds");
        api.clock.advance(seconds);
    }
    panic!("it has no end");
}

#[tokio::test]
async fn a_large_workspace_that_is_rate_limited_is_through_in_a_few_calls() {
    let api = Api::start().await;
    put_members(&api, "acme", 2_500).await;
    connect_large_workspace(&api, 2_500, 4);
    let (seen, calls) = sync_to_the_end(&api).await;
    assert_eq!(seen, report(2_500, 2_500, 2_500, &[]));
    assert_eq!(calls, 4, "13 pages, of which 4 come in a minute");
    assert_eq!(api.slack.calls().len(), 13 + 3, "and three that were told to wait");
    assert_eq!(counts(&api, "acme").await, (2_500, 2_500));
}

#[tokio::test]
async fn what_slack_asks_to_wait_is_passed_on_and_what_was_mapped_stays() {
    let api = with_workspace(25).await;
    for (fault, seconds) in [
        (SlackFault::TooMany { retry_after: 17 }, "17"),
        (SlackFault::Fail, "5"),
        (SlackFault::LoseRequest, "5"),
        (SlackFault::LoseAnswer, "5"),
    ] {
        let mapped = counts(&api, "acme").await.1;
        api.slack.set(Plan::fail_call(3, fault));
        assert_eq!(unfinished(&sync(&api).await), until(seconds), "{fault:?}");
        assert_eq!(counts(&api, "acme").await.1, mapped + 4, "two pages with two each: {fault:?}");
    }
    api.slack.set(Plan::default());
    assert_eq!(sync(&api).await.seen(), report(25, 25, 25, &[]));
    assert_eq!(api.slack.calls().len(), 13 - 8);
}

/// Lets a sync run until `is_time`, and then 20 seconds pass.
async fn sync_that_takes_long(api: &Api, is_time: impl Fn() -> bool) -> Answer {
    let passing = async {
        while !is_time() {
            tokio::task::yield_now().await;
        }
        api.clock.advance(20);
    };
    tokio::join!(sync(api), passing).0
}

#[tokio::test]
async fn after_twenty_seconds_it_stops_and_may_go_on_at_once() {
    let api = with_workspace(25).await;
    api.slack.set(Plan::default());
    let answer = sync_that_takes_long(&api, || api.slack.calls().len() == 3).await;
    assert_eq!(unfinished(&answer), until("1"));
    let mapped = counts(&api, "acme").await.1;
    assert!((4..=6).contains(&mapped), "{mapped}");
    api.slack.set(Plan::default());
    assert_eq!(sync(&api).await.seen(), report(25, 25, 25, &[]));
    let calls = api.slack.calls().len();
    assert!((10..=11).contains(&calls), "two or three pages were done: {calls}");
}

#[tokio::test]
async fn within_a_page_too_and_that_page_is_done_again() {
    let api = with_members(150).await;
    connect_slack(&api, "acme", slack_users(150));
    api.faults.set(Plan::default());
    let mapped = || api.faults.calls().iter().filter(|call| *call == "TransactWriteItems").count();
    let answer = sync_that_takes_long(&api, || mapped() >= 20).await;
    assert_eq!(unfinished(&answer), until("1"));
    let mapped = counts(&api, "acme").await.1;
    assert!((20..60).contains(&mapped), "{mapped}");
    assert_eq!(sync(&api).await.seen(), report(150, 150, 150, &[]), "all calls' are counted");
    assert_counts_follow(&api, "acme").await;
}

#[tokio::test]
async fn of_two_at_once_one_is_told_how_long_the_other_may_take() {
    let api = with_workspace(25).await;
    api.slack.set(Plan::default());
    let second = async {
        while api.slack.calls().len() < 3 {
            tokio::task::yield_now().await;
        }
        let others = api.slack.calls().len();
        let answer = unfinished(&sync(&api).await);
        (answer, others)
    };
    let (first, (second, _)) = tokio::join!(sync(&api), second);
    assert_eq!(first.seen(), report(25, 25, 25, &[]));
    assert_eq!(second, until("30"));
    assert_eq!(api.slack.calls().len(), 13);
    let (one, other) = tokio::join!(sync(&api), sync(&api));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 503], "also where both begin at the same moment");
}

#[tokio::test]
async fn whoever_dies_at_any_call_of_the_store_is_followed_after_the_lease() {
    let run = async |calls: Option<usize>| {
        let api = with_members(6).await;
        let strangers = (0..200).map(|number| slack_user(&format!("x{number}")));
        let users = slack_users(3).chain(strangers);
        connect_slack(&api, "acme", users.chain(slack_users(6).skip(3)));
        // Refused once, it says so at once, and can write nothing on its way out.
        api.faults.set(calls.map_or_else(Plan::default, |calls| Plan::after(calls, Fault::Refuse)));
        let answer = sync(&api).await;
        (api, answer)
    };
    let (api, answer) = run(None).await;
    assert_eq!(answer.seen(), report(6, 6, 6, &[]));
    // The shards are asked side by side: one death is like the other.
    let calls = (0..api.faults.calls().len()).filter(|call| !(4..18).contains(call));
    for call in calls {
        let (api, answer) = run(Some(call)).await;
        assert_eq!(answer.status, 500, "{call}");
        api.faults.set(Plan::default());
        let mut answer = sync(&api).await;
        if answer.status == 503 {
            assert_eq!(answer.header("retry-after"), "30", "{call}");
            api.clock.advance(30);
            answer = sync(&api).await;
        }
        let (status, seen) = answer.seen();
        assert_eq!((status, &seen["mapped"]), (200, &json!(6)), "{call}");
        assert_counts_follow(&api, "acme").await;
    }
}

#[tokio::test]
async fn a_store_that_is_busy_is_a_503_and_the_place_is_as_it_was() {
    let api = with_workspace(25).await;
    api.slack.set(Plan::fail_call(4, SlackFault::Fail));
    assert_eq!(sync(&api).await.status, 503);
    let place = async || {
        let items = api.items().await.into_iter();
        let place = items.into_iter().find(|item| item["sk"] == "SYNC").expect("a place");
        place["cursor"].clone()
    };
    let before = place().await;
    assert!(before.is_string());
    api.slack.set(Plan::default());
    // It is read and taken, and all shards are asked; then no attempt to read the people goes well.
    api.faults.set(Plan::fail_calls(19..19 + 4, Fault::Throttle));
    assert_eq!(unfinished(&sync(&api).await), until("2"));
    assert_eq!(place().await, before);
    api.faults.set(Plan::default());
    assert_eq!(sync(&api).await.seen(), report(25, 25, 25, &[]));
}

#[tokio::test]
async fn a_place_that_slack_does_not_know_any_more_is_forgotten() {
    let api = with_workspace(25).await;
    api.slack.set(Plan::fail_call(5, SlackFault::Fail));
    assert_eq!(sync(&api).await.status, 503);
    api.slack.set(Plan::first([SlackFault::Answer("invalid_cursor")]));
    assert_eq!(sync(&api).await.seen(), report(25, 25, 25, &[]));
    assert_eq!(api.slack.calls().len(), 1 + 13);
    // Once: a list of which no page leads to the next is left alone.
    api.slack.set(Plan::after(1, SlackFault::Answer("invalid_cursor")));
    assert_eq!(unfinished(&sync(&api).await), until("5"));
    api.slack.set(Plan::default());
    assert_eq!(sync(&api).await.seen(), report(25, 25, 0, &[]));
    assert_eq!(api.slack.calls().len(), 13);
}

#[tokio::test]
async fn a_place_that_is_a_day_old_is_forgotten() {
    let api = with_workspace(25).await;
    api.slack.set(Plan::fail_call(5, SlackFault::Fail));
    assert_eq!(sync(&api).await.status, 503);
    api.clock.advance(24 * 3600);
    api.slack.set(Plan::default());
    assert_eq!(sync(&api).await.seen(), report(25, 25, 17, &[]));
    assert_eq!(api.slack.calls().len(), 13, "from the beginning");
}
