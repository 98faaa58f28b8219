//! Deliveries: who was told of which event over which channel, and what became of it.
//!
//! A delivery is claimed before anything is sent, and only whoever holds the claim says what became of
//! it. A claim whose holder is gone is over when its lease is.

mod list;
pub(super) mod row;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

pub use list::{DeliveriesPage, DeliveryCursor};

use super::attribute::{number, text};
use super::expression::Expression;
use super::keys::{IndexKey, Key};
use super::{EventDigest, Store, StoreError, ToldDigest};
use crate::domain::delivery::{DeliveryChannel, DeliveryStatus, Ending, Settled};
use crate::domain::event::Event;
use crate::domain::id::{OrgUnitId, UserId};
use row::{
    AT, ATTEMPTS, CHANNEL, CLAIMED_BY, DIGEST, EXPIRES_AT, FREE_AT, REASON, SETTLED, STATUS, USER,
};

/// How long nobody else takes what was claimed: longer than any sender lives.
pub const DELIVERY_LEASE: SignedDuration = SignedDuration::from_secs(120);

/// How long a delivery is known.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A delivery, by what it is of.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// Whose it is.
    pub org_unit: &'a OrgUnitId,
    /// Who is to be told.
    pub user: &'a UserId,
    /// Of what.
    pub event: &'a EventDigest,
    /// When that was accepted: an event that counts anew is delivered anew.
    pub accepted_at: Timestamp,
    /// Over which channel.
    pub channel: DeliveryChannel,
}

/// What came of claiming a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is ours.
    Taken {
        /// What it is done with.
        settled: Settled,
    },
    /// Someone else has it, until then at the latest.
    Held {
        /// When their lease is over.
        until: Timestamp,
    },
    /// It was sent, or decided against.
    Finished,
    /// It failed for good.
    Failed {
        /// Why.
        reason: String,
    },
}

impl Delivery<'_> {
    fn key(&self) -> Key {
        Key::of_delivery(self)
    }
}

impl Store {
    /// Claims a delivery, unless someone else has it or it is done with: one `UpdateItem`. `by` names
    /// this attempt and no other.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; it may then be claimed or not.
    pub async fn claim_delivery(
        &self,
        delivery: Delivery<'_>,
        of: &Event,
        by: Ulid,
        now: Timestamp,
    ) -> Result<Claim, StoreError> {
        let told = ToldDigest::of(of.source.as_str(), of.id.as_str());
        let place = IndexKey::of_delivery(&delivery, &told, now).into_attributes();
        let [(index, partition), (sort, first)] = place;
        let claimed = claimed(by, now)
            .set(USER, text(delivery.user.as_str()))
            .set(CHANNEL, text(delivery.channel.name()))
            .set_if_absent(&index, partition)
            .set_if_absent(&sort, first)
            .set_if_absent(EXPIRES_AT, kept_until(now));
        match self.update_and_tell(delivery.key(), claimed).await? {
            Ok(before) => Ok(Claim::Taken { settled: row::settled(&before)? }),
            Err(item) => refused(&item, by),
        }
    }

    /// Says what became of a delivery that is claimed by that attempt, and what it is done with: one
    /// `UpdateItem`. Nothing, if someone else claimed it since.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn end_delivery(
        &self,
        delivery: Delivery<'_>,
        by: Ulid,
        ending: &Ending,
        settled: &Settled,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let settled = (!settled.is_empty()).then(|| row::settled_attribute(settled));
        let ended = ended(by, ending, now).set_or_remove(SETTLED, settled);
        self.update_if(delivery.key(), ended).await?;
        Ok(())
    }
}

/// For how long something is known that is stored at that moment.
pub(super) fn kept_until(now: Timestamp) -> AttributeValue {
    number(now.saturating_add(KEPT).unwrap_or(now).as_second())
}

/// Claims something, unless someone else has it or it is done with.
pub(super) fn claimed(by: Ulid, now: Timestamp) -> Expression {
    let lease = now.saturating_add(DELIVERY_LEASE).unwrap_or(now);
    Expression::default()
        .if_absent_or_at_most(STATUS, FREE_AT, now.as_microsecond())
        .set(STATUS, text(DeliveryStatus::Sending.name()))
        .set(CLAIMED_BY, text(&by.to_string()))
        .set(FREE_AT, number(lease.as_microsecond()))
        .set(AT, number(now.as_microsecond()))
        .add(ATTEMPTS, 1)
        .remove(REASON)
}

/// Says what became of it, unless someone else claimed it since.
pub(super) fn ended(by: Ulid, ending: &Ending, now: Timestamp) -> Expression {
    // What is done with is never free again.
    let free_at = match ending {
        Ending::Waiting { until, .. } => Some(number(until.as_microsecond())),
        Ending::GivenUp(_) => Some(number(now.as_microsecond())),
        Ending::Sent | Ending::Denied(_) | Ending::Failed(_) => None,
    };
    Expression::default()
        .if_still(CLAIMED_BY, Some(text(&by.to_string())))
        .set(STATUS, text(ending.status().name()))
        .set(AT, number(now.as_microsecond()))
        .set_or_remove(REASON, ending.reason().map(text))
        .set_or_remove(FREE_AT, free_at)
}

/// Why it could not be claimed, by what is there.
pub(super) fn refused(
    item: &HashMap<String, AttributeValue>,
    by: Ulid,
) -> Result<Claim, StoreError> {
    let own = text(&by.to_string());
    // It waits for a digest, which tells what becomes of it.
    if item.contains_key(DIGEST) {
        return Ok(Claim::Finished);
    }
    match row::status(item)? {
        // An attempt whose answer was lost.
        DeliveryStatus::Sending if item.get(CLAIMED_BY) == Some(&own) => {
            Ok(Claim::Taken { settled: row::settled(item)? })
        }
        DeliveryStatus::Sending => Ok(Claim::Held { until: row::free_at(item)? }),
        // It is to wait longer than its message did, or by a clock that is ahead of ours.
        DeliveryStatus::Waiting => Ok(Claim::Held { until: row::free_at(item)? }),
        DeliveryStatus::Sent | DeliveryStatus::Denied => Ok(Claim::Finished),
        DeliveryStatus::Failed => {
            Ok(Claim::Failed { reason: row::reason(item).unwrap_or_default() })
        }
    }
}
