//! Joining a digest.

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use super::Digest;
use crate::aws::pause_before;
use crate::domain::delivery::DeliveryStatus;
use crate::domain::digest::DigestBucket;
use crate::domain::event::{Event, MessageSent};
use crate::domain::text::ZoneName;
use crate::store::attribute::{number, text};
use crate::store::deliveries::kept_until;
use crate::store::deliveries::row::{
    AT, ATTEMPTS, CATEGORY, CHANNEL, CLAIMED_BY, DIGEST, EXPIRES_AT, FREE_AT, REASON, STATUS, USER,
};
use crate::store::expression::Expression;
use crate::store::keys::{IndexKey, Key};
use crate::store::transaction::Part;
use crate::store::{Delivery, Store, StoreError, ToldDigest};

/// How often it is tried: each time another one was closed, or someone else held it.
const MOST_ROUNDS: u32 = 16;

/// Why a delivery is not sent yet, for whoever asks.
const WHY: &str = "digest";

/// What a digest's item holds besides.
pub(super) const STAMP: &str = "stamp";

/// A delivery that is to wait for a digest.
#[derive(Debug, Clone, Copy)]
pub struct Joining<'a> {
    /// What is to be delivered.
    pub delivery: Delivery<'a>,
    /// The event that it is of.
    pub event: &'a Event,
    /// The message that this is.
    pub message: &'a MessageSent,
    /// The bucket that it was decided to join; where that is closed, it joins the next one.
    pub bucket: DigestBucket,
    /// The zone that the person's days end in.
    pub zone: Option<&'a ZoneName>,
    /// The attempt that has claimed the delivery; nobody has, if it is just being dispatched.
    pub claimed_by: Option<Ulid>,
}

/// What came of one round.
enum Round {
    /// It waits, or is in someone's hands.
    Done,
    /// The bucket is closed.
    Closed,
    /// Someone else held it at that moment.
    Contended,
}

impl Store {
    /// Has a delivery wait for the first digest that is not closed, once: where it is known already, it
    /// stays what it is. One `TransactWriteItems`, and another one each time that a digest was closed or
    /// someone else joined it at that moment.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn join_digest(
        &self,
        joining: Joining<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut joining = joining;
        for round in 1..=MOST_ROUNDS {
            match self.try_to_join(&joining, now).await {
                Ok(Round::Done) => return Ok(()),
                Ok(Round::Closed) => {
                    let bucket = joining.bucket.next(joining.zone);
                    joining = Joining { bucket, ..joining };
                }
                Ok(Round::Contended) | Err(StoreError::Conflict) => {
                    tokio::time::sleep(pause_before(round)).await;
                }
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Conflict)
    }

    async fn try_to_join(
        &self,
        joining: &Joining<'_>,
        now: Timestamp,
    ) -> Result<Round, StoreError> {
        let parts = self.parts(joining, now)?;
        let Some(parts) = self.transact_or_tell(parts).await? else { return Ok(Round::Done) };
        let [of_delivery, of_digest, _of_item] = &parts[..] else { return Ok(Round::Contended) };
        Ok(match (of_delivery, of_digest) {
            // It was sent, or joined before, or is at another attempt.
            (Part::Outdated(_), _) => Round::Done,
            (Part::Holds | Part::Contended, Part::Outdated(_)) => Round::Closed,
            (Part::Holds | Part::Contended, Part::Holds | Part::Contended) => Round::Contended,
        })
    }

    fn parts(
        &self,
        joining: &Joining<'_>,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let Joining { delivery, event, message, bucket, zone: _, claimed_by } = *joining;
        let Delivery { org_unit, user, channel, event: of, accepted_at: _ } = delivery;
        let digest = Digest { org_unit: org_unit.clone(), user: user.clone(), bucket };
        let category = text(message.category.as_str());
        let is_ours = match claimed_by {
            Some(by) => Expression::default().if_still(CLAIMED_BY, Some(text(&by.to_string()))),
            None => Expression::default().if_still(STATUS, None),
        };
        let told = ToldDigest::of(event.source.as_str(), event.id.as_str());
        let [(index, partition), (sort, first)] =
            IndexKey::of_delivery(&delivery, &told, now).into_attributes();
        let waits = is_ours
            .set(STATUS, text(DeliveryStatus::Waiting.name()))
            .set(REASON, text(WHY))
            .set(DIGEST, text(&bucket.to_string()))
            .set(CATEGORY, category.clone())
            .set(AT, number(now.as_microsecond()))
            .set(USER, text(user.as_str()))
            .set(CHANNEL, text(channel.name()))
            .set_if_absent(&index, partition)
            .set_if_absent(&sort, first)
            .set_if_absent(EXPIRES_AT, kept_until(now))
            .add(ATTEMPTS, 0)
            // Whoever claimed it is done with it, also if they never hear that it joined.
            .remove(CLAIMED_BY)
            .remove(FREE_AT);
        // It outlives every delivery that says what became of it.
        let gone_at = kept_until(bucket.end().max(now).saturating_add(DAY).unwrap_or(now));
        let [(due, shard), (from, end)] =
            IndexKey::of_digest(&digest, bucket.end()).into_attributes();
        let open = Expression::default()
            .if_still(STATUS, None)
            .set_if_absent(&due, shard)
            .set_if_absent(&from, end)
            .set_if_absent(EXPIRES_AT, gone_at.clone());
        let item = Expression::default()
            .set(CATEGORY, category)
            .set(STAMP, text(event.stamp().as_str()))
            .set(EXPIRES_AT, gone_at);
        Ok(vec![
            self.part_of_transaction(Key::of_delivery(&delivery), waits)?,
            self.part_of_transaction(Key::of_digest(&digest), open)?,
            self.part_of_transaction(Key::of_digest_item(&digest, of), item)?,
        ])
    }
}

const DAY: SignedDuration = SignedDuration::from_hours(24);
