//! Functions that a schedule invokes, as they are on a laptop.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;
use local::functions::scheduled_function;
use local::schedules::{Scheduled, Ticked};
use local::template::Schedule;
use pretty_assertions::assert_eq;
use serde_json::Value;
use shared::app::App;
use shared::failure::Failure;

use crate::support::Api;

pub(super) const INPUT: &str = r#"{"scheduled_at":"<aws.scheduler.scheduled-time>"}"#;

/// Behind a schedule of five minutes with such an input.
pub(super) fn every_five_minutes<H>(input: &str, handle: H) -> Scheduled
where
    H: AsyncFn(&App, Timestamp) -> Result<(), Failure> + Clone + 'static,
{
    Scheduled {
        schedule: Schedule::read("rate(5 minutes)", input).expect("a schedule"),
        function: scheduled_function(handle),
        timeout: Duration::from_secs(10),
    }
}

/// Does what is due at three; is busy at four; and at five something surprises it.
pub(super) async fn punctual(_: &App, at: Timestamp) -> Result<(), Failure> {
    match at.to_string().as_str() {
        "2026-03-13T15:00:00Z" => Ok(()),
        "2026-03-13T17:00:00Z" => panic!("a surprise"),
        _ => Err(Failure::KeysUnavailable),
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn line(api: &Api) -> Value {
    serde_json::from_str(&api.log.lines().pop().expect("a line")).expect("JSON")
}

#[tokio::test]
async fn a_function_is_told_for_which_instant_it_is_and_its_clock_stays_what_it_is() {
    let mut api = Api::start().await;
    api.schedules.clear();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&seen);
    let handle = async move |app: &App, at: Timestamp| {
        noted.borrow_mut().push((at.to_string(), app.now().to_string()));
        Ok(())
    };
    api.schedules.set("due", every_five_minutes(INPUT, handle));
    let ticked = api.schedules.tick(at("2027-01-01T00:00:00.5Z")).await;
    assert_eq!(ticked, BTreeMap::from([("due".to_owned(), Ok(()))]));
    let expected = ("2027-01-01T00:00:00.5Z".to_owned(), "2026-03-13T14:00:00Z".to_owned());
    assert_eq!(*seen.borrow(), [expected]);
    let line = line(&api);
    assert_eq!(
        (&line["work.outcome"], &line["work.id"]),
        (&"done".into(), &"2027-01-01T00:00:00.500000Z".into())
    );
}

#[tokio::test]
async fn a_tick_that_fails_or_panics_says_why_and_keeps_nothing_from_the_others() {
    let mut api = Api::start().await;
    api.schedules.clear();
    api.schedules.set("a", every_five_minutes(INPUT, punctual));
    api.schedules.set("b", every_five_minutes(INPUT, async |_: &App, _: Timestamp| Ok(())));
    for (instant, expected, outcome) in [
        ("2026-03-13T15:00:00Z", Ok(()), "done"),
        ("2026-03-13T16:00:00Z", Err("keys_unavailable"), "failed"),
        ("2026-03-13T17:00:00Z", Err("panicked"), "failed"),
    ] {
        let logged = api.log.lines().len();
        let expected = Ticked::from([
            ("a".to_owned(), expected.map_err(str::to_owned)),
            ("b".to_owned(), Ok(())),
        ]);
        assert_eq!(api.schedules.tick(at(instant)).await, expected);
        let lines = api.log.lines().split_off(logged);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].contains(&format!(r#""work.outcome":"{outcome}""#)), "{lines:?}");
    }
}

#[tokio::test]
async fn a_tick_is_given_up_before_its_function_would_be_killed() {
    let mut api = Api::start().await;
    api.schedules.clear();
    let forever = async |_: &App, _: Timestamp| std::future::pending().await;
    let scheduled = every_five_minutes(INPUT, forever);
    // What is left of it for the function itself is nothing.
    let scheduled = Scheduled { timeout: Duration::from_secs(6), ..scheduled };
    api.schedules.set("slow", scheduled);
    let ticked = api.schedules.tick(at("2026-03-13T15:00:00Z")).await;
    let expected = Err("deadline_exceeded".to_owned());
    assert_eq!(ticked, Ticked::from([("slow".to_owned(), expected)]));
}

#[tokio::test]
async fn an_input_that_is_no_tick_is_said_to_be_none() {
    let mut api = Api::start().await;
    api.schedules.clear();
    let input = INPUT.replace("scheduled_at", "at");
    api.schedules.set("due", every_five_minutes(&input, punctual));
    let ticked = api.schedules.tick(at("2026-03-13T15:00:00Z")).await;
    let why = ticked["due"].clone().expect_err("no tick");
    assert!(
        why.starts_with("its schedule's input is no tick: missing field `scheduled_at`"),
        "{why}"
    );
}

#[tokio::test]
async fn schedules_run_by_themselves_until_they_are_asked_to_stop() {
    let mut api = Api::start().await;
    api.schedules.clear();
    let (ticked, mut ticks) = tokio::sync::mpsc::unbounded_channel();
    let handle = async move |_: &App, at: Timestamp| {
        ticked.send(at.to_string()).ok();
        Ok(())
    };
    let mut scheduled = every_five_minutes(INPUT, handle);
    scheduled.schedule.rate = Duration::from_millis(5);
    api.schedules.set("due", scheduled);
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let watch = async {
        let first = [ticks.recv().await, ticks.recv().await];
        drop(stop);
        first
    };
    let run = api.schedules.run(async { drop(stopping.await) });
    let (first, ()) = tokio::join!(watch, run);
    // The clock stands still, and no instant comes twice all the same.
    let expected = ["2026-03-13T14:00:00.005Z", "2026-03-13T14:00:00.01Z"];
    assert_eq!(first, expected.map(|at| Some(at.to_owned())));
}
