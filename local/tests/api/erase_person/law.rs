//! Whatever three people of two org units did and were told, and whatever is under way while one of them is erased:
//! nothing says anything of that one any more, and everyone else is told what they would have been.

mod life;
mod seen;
mod wishes;

use local::faults::{Fault, Plan, Rates};
use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::across::laws::check_some;
use crate::support::{Api, letter_reasons};
use life::{Life, PEOPLE, begin, step};
use seen::{answers_of, rows_of, traces_of, without};

/// How the first invocation is cut off.
#[derive(Debug, Clone)]
enum Cut {
    /// It is not.
    None,
    /// Nothing comes through any more after so many calls.
    After(usize),
    /// It dies at that call, and nobody hears of what came of it.
    DiesAt(usize),
    /// Answers are lost now and then, also of those that are asked again.
    Loses(u64),
}

fn cut() -> impl Strategy<Value = Cut> {
    prop_oneof![
        1 => Just(Cut::None),
        2 => (0..60_usize).prop_map(Cut::After),
        2 => (0..60_usize).prop_map(Cut::DiesAt),
        1 => any::<u64>().prop_map(Cut::Loses),
    ]
}

/// An invocation that is cut off like that; whether it was is nobody's to know.
async fn ask_once(api: &Api, question: &Value, cut: &Cut) {
    let lost = [(10, Fault::LoseAnswer), (5, Fault::LoseRequest), (5, Fault::Conflict)];
    api.faults.set(match cut {
        Cut::None => Plan::default(),
        Cut::After(calls) => Plan::after(*calls, Fault::Refuse),
        Cut::DiesAt(call) => Plan::fail_call(*call, Fault::Die),
        Cut::Loses(seed) => Plan::seeded(*seed, Rates::new(lost)),
    });
    tokio::select! {
        _asked = api.ask_with("erase-person", question, None) => {}
        () = api.faults.death() => {}
    }
    api.faults.set(Plan::default());
}

/// Invocations until it is done, each from when on it may be.
async fn ask_until_done(api: &Api, question: &Value) {
    for _ in 0..4 {
        let answer = api.ask_with("erase-person", question, None).await.expect("an answer");
        if answer["done"] == true {
            return;
        }
        api.clock.advance(121);
    }
    panic!("it is never done");
}

/// Everything that waits is done, and a tick sends what is due.
async fn work(api: &Api) {
    api.work().await;
    api.tick(&api.timestamp()).await;
    api.send_digests().await;
}

/// In an order that says nothing.
fn sorted(mut answers: Vec<Value>) -> Vec<Value> {
    answers.sort_by_key(Value::to_string);
    answers
}

/// How many emails someone was sent.
fn sent_to(api: &Api, org_unit: &str, user: &str) -> usize {
    let emails = api.outbox.emails().into_iter();
    let is_theirs = |email: &shared::deliver::email::Email| {
        email.org_unit.as_str() == org_unit && email.user.as_str() == user
    };
    emails.filter(is_theirs).count()
}

#[test]
fn who_is_erased_is_nowhere_and_everyone_else_is_told_what_they_would_have_been() {
    let how = (0..PEOPLE.len(), cut(), any::<bool>(), prop::option::of(15..80_i64));
    check_some(6, (vec(step(), 4..24), how), async |api, label, (steps, how)| {
        let (erased, cut, is_busy, replayed_after) = how;
        // What happens in the first two happens in the others, where nobody is erased.
        let org_units = ["a", "b", "c", "d"].map(|part| format!("{label}-{part}"));
        let [here, elsewhere, _, _] = &org_units;
        let mut life = Life::new(&org_units);
        begin(api, &mut life).await;
        for step in steps {
            api.clock.advance(1);
            life.go_on(api, step).await;
        }
        let others = || (0..PEOPLE.len()).filter(|person| *person != erased);
        let rows_before: Vec<_> = rows_of(api, here, others()).await;
        let question = json!({ "org_unit": here, "user": PEOPLE[erased].id });
        let sent_before = sent_to(api, here, PEOPLE[erased].id);

        api.clock.advance(1);
        ask_once(api, &question, &cut).await;
        if is_busy {
            let twice = [&question; 2].map(|question| api.ask_with("erase-person", question, None));
            let (asked, ()) = futures_util::join!(futures_util::future::join_all(twice), work(api));
            assert!(asked.iter().all(Result::is_ok), "{asked:?}");
        }
        ask_until_done(api, &question).await;
        // Whom an event names besides is known once it is dispatched.
        work(api).await;
        assert_eq!(traces_of(api, here, erased).await, [""; 0]);

        // Nothing that they had is gone, and nothing of it changed but the name.
        let rows = rows_of(api, here, others()).await;
        for before in without(rows_before, erased) {
            assert!(rows.contains(&before), "{before} is not in {rows:?}");
        }
        life.send_all_again(api).await;
        if let Some(days) = replayed_after {
            api.clock.advance(days * 86_400);
            life.replay_all(api).await;
        }
        work(api).await;
        assert_eq!(traces_of(api, here, erased).await, [""; 0], "of what came again");
        assert_eq!(sent_to(api, here, PEOPLE[erased].id), sent_before, "nothing is sent to them");

        for (place, whose) in [(0, others().collect()), (1, vec![0, 1, 2])] {
            let (org_unit, twin) = (&org_units[place], &org_units[place + 2]);
            let seen = answers_of(api, org_unit, &whose, &life).await;
            let expected = answers_of(api, twin, &whose, &life).await;
            let is_here = org_unit != elsewhere;
            let expected = if is_here { without(expected, erased) } else { expected };
            assert_eq!(sorted(seen), sorted(expected), "{org_unit}");
            for person in whose {
                let user = PEOPLE[person].id;
                assert_eq!(sent_to(api, org_unit, user), sent_to(api, twin, user), "{user}");
            }
        }
        assert_eq!(letter_reasons(api).await, [""; 0]);
    });
}
