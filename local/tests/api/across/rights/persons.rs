//! What the functions do that operators ask, and what others do because of them.

use jiff::Timestamp;
use local::faults::Plan;
use shared::store::{ErasureMark, ErasureMarks};

use super::Right;
use crate::support::operator::{ZOE, live_as_zoe};
use crate::support::{Api, job};

/// Asks about someone who did everything, until nothing is left to do.
pub(super) async fn ask(api: &Api, function: &str) {
    live_as_zoe(api).await;
    api.faults.set(Plan::default());
    api.queue_faults.set(Plan::default());
    api.delivery_faults.set(Plan::default());
    api.email_faults.set(Plan::default());
    let of_others = || (api.secrets.fetches(), api.push_keys.fetches(), api.slack_tokens.fetches());
    let before = of_others();
    for _ in 0..3 {
        api.ask(function, ZOE).await.expect("an answer");
        api.clock.advance(121);
    }
    assert_eq!(of_others(), before, "no other secret is read");
}

/// Whether it is the right to the keys of marks.
pub(super) fn is_of_marks((_, resource): &Right) -> bool {
    resource.contains("ErasureKeysSecret")
}

/// Someone of acme was erased at this moment: what was accepted before may name them.
pub(super) async fn remember_an_erasure(api: &Api) {
    let marks = ErasureMarks { newest: ErasureMark::from_digest(&[0; 32]), before: None };
    let now = Timestamp::from_second(api.clock.seconds()).expect("an instant");
    let job = job("acme", "any");
    api.app.store.begin_erasure(job.org_unit(), &marks, now).await.expect("written");
}
