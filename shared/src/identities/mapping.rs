//! Carrying out what a page of Slack's users says.

use futures_util::future::join_all;

use super::Sync;
use super::page::{Page, Says};
use crate::failure::Failure;
use crate::store::{Remapping, SlackIdentity};

/// How many people are mapped at a time.
const AT_A_TIME: u8 = 8;

/// A person whom a sync looks for.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) identity: SlackIdentity,
    /// Whether this call found them at Slack: of several users with their address, the first one.
    pub(super) is_settled: bool,
}

impl From<SlackIdentity> for Person {
    fn from(identity: SlackIdentity) -> Self {
        Self { identity, is_settled: false }
    }
}

/// What some people became, as far as it came.
#[derive(Default)]
struct Carried {
    people: Vec<(usize, Person)>,
    newly_mapped: u64,
    stopped: Option<Failure>,
}

impl Sync<'_> {
    /// Carries out what the page says of everyone. Those who change the same counts are changed one
    /// after the other, eight such side by side: so they do not get in each other's way.
    pub(super) async fn carry_out(
        &mut self,
        page: &Page<'_>,
        people: &mut [Person],
    ) -> Result<(), Failure> {
        let mut lanes: Vec<Vec<(usize, Person)>> = vec![Vec::new(); AT_A_TIME.into()];
        for (place, person) in people.iter_mut().enumerate() {
            match page.says(person) {
                Says::Nothing => {}
                Says::Matched => person.is_settled = true,
                Says::Wrong(_) => {
                    let lane = lanes.get_mut(usize::from(person.identity.shard() % AT_A_TIME));
                    lane.into_iter().for_each(|lane| lane.push((place, person.clone())));
                }
            }
        }
        let this = &*self;
        let lanes = lanes.into_iter().map(|lane| this.carry_out_one_by_one(page, lane));
        // All of them come to their end, also where one fails: what is written is counted.
        let mut stopped = None;
        for carried in join_all(lanes).await {
            for (place, is) in carried.people {
                people.get_mut(place).into_iter().for_each(|was| *was = is.clone());
            }
            let newly_mapped = self.place.newly_mapped.saturating_add(carried.newly_mapped);
            self.place.newly_mapped = newly_mapped;
            stopped = stopped.or(carried.stopped);
        }
        stopped.map_or(Ok(()), Err)
    }

    async fn carry_out_one_by_one(&self, page: &Page<'_>, people: Vec<(usize, Person)>) -> Carried {
        let mut carried = Carried::default();
        for (place, was) in people {
            let is = match self.may_go_on() {
                Ok(()) => self.carry_out_of_one(page, &was).await,
                Err(unfinished) => Err(unfinished.into()),
            };
            match is {
                Ok(is) => {
                    carried.newly_mapped += newly_mapped(&was.identity, &is.identity);
                    carried.people.push((place, is));
                }
                Err(failure) => {
                    carried.stopped = Some(failure);
                    break;
                }
            }
        }
        carried
    }

    /// Where something changed since they were read, the page is asked again: they may have another
    /// address by now, or an admin said who they are.
    async fn carry_out_of_one(&self, page: &Page<'_>, was: &Person) -> Result<Person, Failure> {
        let says = |identity: &SlackIdentity| {
            page.says(&Person { identity: identity.clone(), is_settled: was.is_settled })
        };
        let decide = |identity: &SlackIdentity| -> Option<Remapping> {
            match says(identity) {
                Says::Wrong(remapping) => Some(remapping),
                Says::Nothing | Says::Matched => None,
            }
        };
        let identity = self.app.store.remap(self.org_unit, was.identity.clone(), decide).await?;
        let is_settled = was.is_settled || says(&identity) == Says::Matched;
        Ok(Person { identity, is_settled })
    }
}

/// How many members are mapped now who were not.
fn newly_mapped(was: &SlackIdentity, is: &SlackIdentity) -> u64 {
    let is_new = was.slack_user().is_none() && is.slack_user().is_some() && !is.is_override();
    if is_new { is.members().count() as u64 } else { 0 }
}
