//! Watches that events attach.

use jiff::Timestamp;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::json;
use shared::domain::id::{IssueKey, ProjectId, UserId};
use shared::store::{Attachment, StoreError, Watched};

use crate::support::watching::{ISSUE, REPORTS, leave, watcher, watchers, watching, with_member};
use crate::support::{Api, job};

/// Attaches a watch of person 7, because of an event that was accepted so many seconds ago.
async fn attach(api: &Api, reports: bool, seconds_ago: i64) -> Result<(), StoreError> {
    // An org unit is named by a message, and by no text.
    let job = job("acme", "any");
    let (project, user): (ProjectId, UserId) =
        ("1".parse().expect("an id"), "7".parse().expect("an id"));
    let issue: IssueKey = "KD-0042".parse().expect("a key");
    let watched =
        if reports { Watched::Reports(&project) } else { Watched::Issue(&project, &issue) };
    let accepted_at = Timestamp::from_second(api.clock.seconds() - seconds_ago);
    let accepted_at = accepted_at.expect("an instant");
    let stamp = "2026-03-13T14:00:00.000000000Z\te-1\t/tests".parse().expect("a stamp");
    let attachment = Attachment { user: &user, watched, toggle: None, stamp };
    api.app.store.attach(job.org_unit(), attachment, accepted_at).await
}

#[tokio::test]
async fn an_event_attaches_a_watch_once_whatever_the_store_does() {
    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict];
    for (reports, fault) in [false, true].into_iter().flat_map(|it| faults.map(|fault| (it, fault)))
    {
        let api = with_member().await;
        let person = watcher(&api, "acme", "7");
        api.clock.advance(100);
        for seconds_ago in [50, 70, 60] {
            // After what is known was read.
            api.faults.set(Plan::fail_call(2, fault));
            assert_eq!(attach(&api, reports, seconds_ago).await, Ok(()), "{fault:?}");
        }
        api.faults.set(Plan::default());
        let items = api.items().await;
        let watch = items.iter().find(|item| item["sk"] == "WATCHER#7").expect("a watch");
        let since = (api.clock.seconds() - 70) * 1_000_000;
        assert_eq!((&watch["since"], &watch["version"]), (&json!(since), &json!(2)), "{fault:?}");
        if reports {
            let count = items.iter().find(|item| item["sk"] == "WATCHERS").expect("a count");
            assert_eq!(count["watchers"], json!(1), "{fault:?}");
            assert_eq!(person.post_nothing(REPORTS).await.seen(), watchers(&[]));
        } else {
            assert_eq!(person.get(ISSUE).await.seen(), watching(true));
        }
    }
}

#[tokio::test]
async fn an_event_from_before_someone_left_puts_them_on_no_list() {
    let api = with_member().await;
    api.clock.advance(10);
    leave(&api, "acme", "7").await;
    api.clock.advance(10);
    assert_eq!(attach(&api, true, 15).await, Ok(()));
    let admin = watcher(&api, "acme", "admin").with_claims(&json!({ "role": "admin" }));
    assert_eq!(admin.post_nothing(REPORTS).await.json()["report_watcher_ids"], json!(["admin"]));
}

#[tokio::test]
async fn who_flipped_it_after_the_event_was_accepted_is_left_in_peace() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    person.post_nothing(ISSUE).await;
    person.post_nothing(ISSUE).await;
    api.clock.advance(10);
    for (seconds_ago, is_watching) in [(11, false), (10, false), (9, true)] {
        assert_eq!(attach(&api, false, seconds_ago).await, Ok(()));
        assert_eq!(person.get(ISSUE).await.seen(), watching(is_watching), "{seconds_ago}");
    }
}
