//! The push subscriptions of a person, in their item: a leaf for each, named by its id, and their count.

mod leaf;

use jiff::Timestamp;
use ulid::Ulid;

use super::attribute::text;
use super::expression::{Expression, Updated};
use super::keys::Key;
use super::leaves::Leaves;
use super::{Store, StoreError};
use crate::auth::Person;
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::push::{
    ApplicationServerKey, MOST_PUSH_SUBSCRIPTIONS, NewPushSubscription, PushSubscription,
    PushSubscriptionId,
};
pub(super) use leaf::kept_subscriptions;
use leaf::{PushLeaf, leaf_of};

/// How many subscriptions a person has.
const COUNT: &str = "push_count";

/// Which request took the last one away: an attempt whose answer was lost is known by it.
const REMOVED_BY: &str = "push_removed_by";

/// How often something else may get in between before it counts as contended.
const MOST_ROUNDS: usize = 5;

/// What came of adding a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddedPushSubscription {
    /// It is new.
    Made,
    /// There was one with the same endpoint, whose id it keeps.
    Known,
    /// The person has as many as they may.
    Full,
}

/// The subscriptions among the leaves, the oldest first. One that the rules of today do not let pass is as
/// if it were not there, though it counts: it is of no use to anyone, and no reason to know nothing of the
/// person.
pub(super) fn push_subscriptions(leaves: &mut Leaves) -> Vec<PushSubscription> {
    let mut found = PushLeaf::take_all(leaves);
    found.sort_by_key(|subscription| (subscription.created_at, subscription.id));
    found
}

impl Store {
    /// A person's push subscriptions, the oldest first: one consistent `GetItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read.
    pub async fn push_subscriptions(
        &self,
        person: &Person,
    ) -> Result<Vec<PushSubscription>, StoreError> {
        Ok(push_subscriptions(&mut self.read_all_leaves(person).await?))
    }

    /// Adds a subscription made with that key of ours, or gives the one with the same endpoint other
    /// keys: one `UpdateItem`, two where there is one whose keys are others. One more each time that
    /// something else got in between.
    ///
    /// `by` names this request and no other: an attempt whose answer was lost is known by it.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; it may then be added or not, and adding it again is safe.
    pub async fn add_push_subscription(
        &self,
        person: &Person,
        new: &NewPushSubscription,
        made_with: &ApplicationServerKey,
        by: Ulid,
        now: Timestamp,
    ) -> Result<AddedPushSubscription, StoreError> {
        let key = Key::of_person(person);
        let id = PushSubscriptionId::of(&new.endpoint);
        let wanted = PushLeaf::new(new, made_with, by, now);
        let mut there: Option<PushLeaf> = None;
        for _ in 0..MOST_ROUNDS {
            let change = match &there {
                None => create(id, &wanted)?,
                Some(there) => wanted.in_place_of(there, id),
            };
            let item = match self.update_or_tell(key.clone(), change).await? {
                Updated::Done if there.is_none() => return Ok(AddedPushSubscription::Made),
                Updated::Done => return Ok(AddedPushSubscription::Known),
                Updated::Refused(item) => item,
            };
            let found = PushLeaf::take(&mut Leaves::from(Some(item)), id)?;
            match found {
                Some(found) if found.is_of(by) => return Ok(AddedPushSubscription::Made),
                Some(found) if found.has_keys_of(&wanted) => {
                    return Ok(AddedPushSubscription::Known);
                }
                None if there.is_none() => return Ok(AddedPushSubscription::Full),
                // Of one that was taken away meanwhile, a new one is made.
                found => there = found,
            }
        }
        Err(StoreError::Conflict)
    }

    /// Takes a person's subscription away: one `UpdateItem`. `false` if they have none with that id.
    ///
    /// `by` is as in [`Store::add_push_subscription`].
    ///
    /// # Errors
    ///
    /// [`StoreError`]; it may then be there or not, and taking it away again is safe.
    pub async fn remove_push_subscription(
        &self,
        person: &Person,
        id: PushSubscriptionId,
        by: Ulid,
    ) -> Result<bool, StoreError> {
        let by = text(&by.to_string());
        let change = remove(id).set(REMOVED_BY, by.clone());
        match self.update_or_tell(Key::of_person(person), change).await? {
            Updated::Done => Ok(true),
            Updated::Refused(item) => Ok(item.get(REMOVED_BY) == Some(&by)),
        }
    }

    /// Takes a subscription away that leads nowhere any more, if it is still there: one `UpdateItem`.
    ///
    /// # Errors
    ///
    /// As [`Store::remove_push_subscription`].
    pub async fn drop_push_subscription(
        &self,
        org_unit: &OrgUnitId,
        user: &UserId,
        id: PushSubscriptionId,
    ) -> Result<(), StoreError> {
        self.update_if(Key::of_user(org_unit, user), remove(id)).await.map(drop)
    }
}

/// On condition that it is not there, and that there is room for it.
fn create(id: PushSubscriptionId, wanted: &PushLeaf) -> Result<Expression, StoreError> {
    let most = i64::try_from(MOST_PUSH_SUBSCRIPTIONS).unwrap_or(i64::MAX);
    let leaf = leaf_of(id);
    let change = Expression::default().if_still(&leaf, None).add_up_to(COUNT, most);
    Ok(change.set(&leaf, wanted.to_attribute()?))
}

/// On condition that it is there.
fn remove(id: PushSubscriptionId) -> Expression {
    let leaf = leaf_of(id);
    Expression::default().if_there(&leaf).remove(&leaf).add(COUNT, -1)
}
