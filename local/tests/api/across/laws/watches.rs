//! Watches are what was flipped, while people come and go.

use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::json;

use super::check;
use crate::support::watching::{
    ISSUE, REPORTS, forbidden, is_replayed, join, know_project, leave, watcher, watching,
};

/// What someone does, or what becomes of them.
#[derive(Debug, Clone, Copy)]
enum Step {
    Join,
    Leave,
    Issue,
    Reports,
    /// With one of a few keys.
    Once(usize),
    Look,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Join),
        1 => Just(Step::Leave),
        3 => Just(Step::Issue),
        2 => Just(Step::Reports),
        3 => (0..3_usize).prop_map(Step::Once),
        2 => Just(Step::Look),
    ]
}

/// Someone, as they ought to be.
#[derive(Default)]
struct Model {
    is_member: bool,
    issue: bool,
    reports: bool,
    /// What was answered to each key.
    answers: [Option<bool>; 3],
}

#[test]
fn watches_are_what_was_flipped_and_who_was_in_the_project() {
    let steps = prop::collection::vec((0..2_usize, step()), 1..24);
    check(steps, async |api, org_unit, steps| {
        know_project(api, org_unit).await;
        let mut models = [Model::default(), Model::default()];
        for (index, step) in steps {
            api.clock.advance(1);
            let user = ["7", "8"][index];
            let person = watcher(api, org_unit, user);
            let model = &mut models[index];
            match step {
                Step::Join => {
                    join(api, org_unit, user).await;
                    model.is_member = true;
                }
                Step::Leave => {
                    leave(api, org_unit, user).await;
                    (model.is_member, model.issue, model.reports) = (false, false, false);
                }
                Step::Issue | Step::Reports | Step::Once(_) | Step::Look if !model.is_member => {
                    assert_eq!(person.get(ISSUE).await.seen(), forbidden());
                    assert_eq!(person.post_once(ISSUE, "0").await.seen(), forbidden());
                    assert_eq!(person.post_nothing(REPORTS).await.seen(), forbidden());
                }
                Step::Issue => {
                    model.issue = !model.issue;
                    assert_eq!(person.post_nothing(ISSUE).await.seen(), watching(model.issue));
                }
                Step::Reports => {
                    model.reports = !model.reports;
                    let answer = person.post_nothing(REPORTS).await;
                    let ids = [7, 8].into_iter().zip(&models).filter(|(_, model)| model.reports);
                    let ids: Vec<u64> = ids.map(|(id, _)| id).collect();
                    assert_eq!(answer.seen(), (200, json!({ "report_watcher_ids": ids })));
                }
                Step::Once(key) => {
                    let was_answered = model.answers[key].is_some();
                    model.issue ^= !was_answered;
                    let expected = *model.answers[key].get_or_insert(model.issue);
                    let answer = person.post_once(ISSUE, key.to_string()).await;
                    assert_eq!(answer.seen(), watching(expected));
                    assert_eq!(is_replayed(&answer), was_answered);
                }
                Step::Look => {
                    assert_eq!(person.get(ISSUE).await.seen(), watching(model.issue));
                }
            }
        }
    });
}
