//! Inboxes are what was put into them, read and deleted.

use std::collections::{BTreeMap, BTreeSet};

use local::faults::{Fault, Plan, Rates};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::check;
use crate::support::inbox::{
    DELETE, INBOX, READ, UNREAD, assigned, ids, next_page, these, walk, with_all,
};
use crate::support::{Api, Caller};

/// How many events there are.
const EVENTS: u8 = 8;

/// Something that happens to one of two people.
#[derive(Debug, Clone)]
enum Step {
    /// An event of that number is dispatched, perhaps not for the first time.
    Put(u8),
    /// They read, unread or delete the notifications of those events, whether they have them or not.
    Bulk(Change, BTreeSet<u8>),
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Read,
    Unread,
    Delete,
}

fn steps() -> impl Strategy<Value = Vec<(bool, Step)>> {
    let change = prop_oneof![Just(Change::Read), Just(Change::Unread), Just(Change::Delete)];
    let events = prop::collection::btree_set(0..EVENTS, 1..4);
    let step = prop_oneof![
        3 => (0..EVENTS).prop_map(Step::Put),
        2 => (change, events).prop_map(|(change, events)| Step::Bulk(change, events)),
    ];
    prop::collection::vec((any::<bool>(), step), 1..20)
}

/// One person's inbox: what each event's notification is like.
#[derive(Default)]
struct Model(BTreeMap<u8, Kept>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Unread,
    Read,
    Deleted,
}

impl Model {
    fn put(&mut self, event: u8) {
        self.0.entry(event).or_insert(Kept::Unread);
    }

    fn has(&self, event: u8) -> bool {
        self.0.get(&event).is_some_and(|kept| *kept != Kept::Deleted)
    }

    /// Whether it is done: all of it or nothing.
    fn change(&mut self, change: Change, events: &BTreeSet<u8>) -> bool {
        let is_all_theirs = events.iter().all(|event| self.has(*event));
        let kept = match change {
            Change::Read => Kept::Read,
            Change::Unread => Kept::Unread,
            Change::Delete => Kept::Deleted,
        };
        for event in events.iter().filter(|_| is_all_theirs) {
            self.0.insert(*event, kept);
        }
        is_all_theirs
    }
}

/// A person, the ids of their notifications by event, and what their inbox should be.
struct Owner {
    user: String,
    ids: BTreeMap<u8, u64>,
    /// When each event was accepted, in seconds since 1970.
    accepted: BTreeMap<u8, i64>,
    model: Model,
}

impl Owner {
    fn of(user: String) -> Self {
        Self { user, ids: BTreeMap::new(), accepted: BTreeMap::new(), model: Model::default() }
    }

    fn caller<'a>(&self, api: &'a Api) -> Caller<'a> {
        with_all(api.person("acme", &self.user))
    }

    /// The id that the notification of an event has, or one that nobody has.
    fn id(&self, event: u8) -> u64 {
        self.ids.get(&event).copied().unwrap_or((1 << 52) + u64::from(event))
    }

    /// Does it, again and again while it is answered 503. Of a deletion nobody knows then whether it
    /// was made: the model goes by what is there.
    async fn take(&mut self, api: &Api, step: &Step) {
        match step {
            Step::Put(event) => {
                let now = api.clock.seconds();
                let accepted = *self.accepted.entry(*event).or_insert(now);
                let happened = assigned(&format!("{}-{event}", self.user)).to(&self.user);
                let happened = happened.accepted_before(now - accepted);
                let id = loop {
                    if let Ok(id) = happened.try_put(api).await {
                        break id.as_u64();
                    }
                };
                assert_eq!(*self.ids.entry(*event).or_insert(id), id, "the same row each time");
                self.model.put(*event);
            }
            Step::Bulk(change, events) => {
                let path = match change {
                    Change::Read => READ,
                    Change::Unread => UNREAD,
                    Change::Delete => DELETE,
                };
                let body = these(events.iter().map(|event| self.id(*event)));
                let mut was_unknown = false;
                let status = loop {
                    let status = self.caller(api).post(path, &body).await.status;
                    if status != 503 {
                        break status;
                    }
                    was_unknown = true;
                };
                let is_done = self.model.change(*change, events);
                let was_made_before = was_unknown && matches!(change, Change::Delete);
                assert!(
                    status == if is_done { 204 } else { 422 } || was_made_before,
                    "{step:?}: {status}"
                );
            }
        }
    }

    async fn assert_inbox(&self, api: &Api) {
        let caller = self.caller(api);
        let of = |wanted: &dyn Fn(Kept) -> bool| {
            let events = self.model.0.iter().filter(|(_, kept)| wanted(**kept));
            let mut ids: Vec<u64> = events.map(|(event, _)| self.id(*event)).collect();
            ids.sort_unstable_by(|one, other| other.cmp(one));
            ids
        };
        let all = of(&|kept| kept != Kept::Deleted);
        let unread = of(&|kept| kept == Kept::Unread);
        let answer = caller.get(INBOX).await;
        assert_eq!((ids(&answer), next_page(&answer)), (all.clone(), None));
        let shown = answer.json().as_array().cloned().expect("an array");
        let shown_unread = shown.iter().filter(|one| one["read_at"].is_null());
        assert_eq!(shown_unread.count(), unread.len());
        assert_eq!(answer.header("x-unread-count"), unread.len().to_string());
        assert_eq!(walk(&caller, &format!("{INBOX}?limit=3")).await.concat(), all);
        let path = format!("{INBOX}?unread=true&limit=2");
        assert_eq!(walk(&caller, &path).await.concat(), unread);
    }
}

async fn run(api: &Api, user: &str, steps: Vec<(bool, Step)>) {
    let mut owners = ["a", "b"].map(|name| Owner::of(format!("{user}-{name}")));
    for (place, step) in steps {
        let owner = &mut owners[usize::from(place)];
        owner.take(api, &step).await;
        api.clock.advance(i64::from(place));
    }
    api.faults.set(Plan::default());
    for owner in owners {
        owner.assert_inbox(api).await;
    }
}

#[test]
fn an_inbox_is_what_was_put_into_it_read_and_deleted() {
    check(steps(), async |api, user, steps| run(api, user, steps).await);
}

#[test]
fn an_inbox_is_that_also_while_the_store_fails_now_and_then() {
    let rates = Rates::new([
        (5, Fault::LoseRequest),
        (5, Fault::LoseAnswer),
        (5, Fault::Throttle),
        (5, Fault::Conflict),
    ]);
    check((any::<u64>(), steps()), async |api, user, (seed, steps)| {
        api.faults.set(Plan::seeded(seed, rates.clone()));
        run(api, user, steps).await;
    });
}
