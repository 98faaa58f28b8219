//! Leaving a project, which ends what one watched of it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{IS_MEMBER, LEFT_STAMP, STAMP};
use crate::domain::event::Stamp;
use crate::store::attribute::{number, text};
use crate::store::expression::{Expression, Updated};
use crate::store::keys::Key;
use crate::store::watches::moment;
use crate::store::{Store, StoreError};

/// When someone left a project, by our own clock, in microseconds. It outlives later memberships: what
/// was watched before ended then.
const LEFT_AT: &str = "left_at";

/// How often it is tried, where others write the same membership.
const MOST_ROUNDS: u32 = 16;

type Item = HashMap<String, AttributeValue>;

/// When a membership ended, if it ever did.
pub(in crate::store) fn left_at(item: &Item) -> Result<Option<Timestamp>, StoreError> {
    moment(item, LEFT_AT)
}

/// On condition that nobody left, or came back, since that was read.
pub(in crate::store) fn if_still_left_at(
    expression: Expression,
    left_at: Option<Timestamp>,
) -> Expression {
    expression.if_still(LEFT_AT, left_at.map(|left_at| number(left_at.as_microsecond())))
}

/// That someone left.
pub(super) struct Leaving<'a> {
    pub(super) key: Key,
    pub(super) place: [(String, AttributeValue); 2],
    pub(super) stamp: &'a Stamp,
    pub(super) accepted_at: Timestamp,
    pub(super) now: Timestamp,
}

impl Leaving<'_> {
    /// What ends the membership, where nothing newer is known.
    fn newest(&self, left_at: i64) -> Expression {
        Expression::default()
            .set_all(self.place.clone())
            .set(IS_MEMBER, AttributeValue::Bool(false))
            .set(LEFT_STAMP, text(self.stamp.as_str()))
            .set(LEFT_AT, number(left_at))
    }
}

impl Store {
    /// Ends a membership, and gives when it ended.
    pub(super) async fn leave(&self, leaving: Leaving<'_>) -> Result<Timestamp, StoreError> {
        let Leaving { key, stamp, accepted_at, now, .. } = &leaving;
        let accepted = accepted_at.as_microsecond();
        let own_time = stamp.time().map_or(accepted, |time| time.as_microsecond().min(accepted));
        let now = now.as_microsecond().max(accepted);
        let mut change = leaving.newest(now);
        change = change.stamp_if_newer(STAMP, stamp).if_at_most(LEFT_AT, now);
        let mut ends_at = now;
        for _ in 0..MOST_ROUNDS {
            let item = match self.update_or_tell(key.clone(), change).await? {
                Updated::Done => return instant(ends_at),
                Updated::Refused(item) => item,
            };
            let was_left = left_at(&item)?.map(|left_at| left_at.as_microsecond());
            let (known, left) = (stamp_of(&item, STAMP), stamp_of(&item, LEFT_STAMP));
            let is_still = |expression: Expression| {
                let still = expression.if_still(LEFT_AT, was_left.map(number));
                still.if_still(LEFT_STAMP, left.map(text))
            };
            let this = Some(stamp.as_str());
            if known < this {
                ends_at = was_left.map_or(now, |was_left| was_left.max(now));
                change = is_still(leaving.newest(ends_at)).stamp_if_newer(STAMP, stamp);
                continue;
            }
            // The same event has said so before, or a newer one is known.
            let late = if known == this { accepted } else { own_time };
            ends_at = was_left.map_or(late, |was_left| was_left.max(late));
            if was_left == Some(ends_at) && left >= this {
                return instant(ends_at);
            }
            let newest = left.max(this).map(text);
            change = is_still(Expression::default())
                .set(LEFT_AT, number(ends_at))
                .set_or_remove(LEFT_STAMP, newest);
        }
        Err(StoreError::Conflict)
    }
}

fn instant(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros)
        .map_err(|_out_of_range| StoreError::Corrupt { leaf: LEFT_AT })
}

fn stamp_of<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|stamp| stamp.as_s().ok()).map(String::as_str)
}
