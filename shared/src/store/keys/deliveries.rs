//! The keys of deliveries: of one, and of all that are of an event.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{IndexKey, Key, SHARDS, of_deliveries, of_user, shard_of};
use crate::domain::delivery::DeliveryChannel;
use crate::domain::id::{OrgUnitId, UserId};
use crate::store::{Delivery, ToldDigest};

impl Key {
    /// The delivery of an event to someone over a channel.
    pub(in crate::store) fn of_delivery(
        Delivery { org_unit, user, event, accepted_at, channel }: &Delivery<'_>,
    ) -> Self {
        let accepted_at = accepted_at.as_microsecond();
        let sk = format!("DELIVERY#{event}#{accepted_at:016}#{}", channel.name());
        Self { pk: of_user(org_unit, user), sk }
    }
}

impl IndexKey {
    /// Among the deliveries of an event, by when it was claimed for the first time.
    pub(in crate::store) fn of_delivery(
        Delivery { org_unit, user, channel, event: _, accepted_at: _ }: &Delivery<'_>,
        told: &ToldDigest,
        first_at: Timestamp,
    ) -> Self {
        let pk = of_deliveries(org_unit, told, shard_of(user.as_str()));
        let first_at = first_at.as_millisecond();
        Self { pk, sk: format!("{first_at:013}#{}#{}", user.as_str(), channel.name()) }
    }
}

/// Where the deliveries of an event are, in each shard of the index.
pub(in crate::store) struct Deliveries;

impl Deliveries {
    /// The condition that finds those of a shard.
    pub(in crate::store) const CONDITION: &str = "gsi1pk=:pk";

    /// The condition that finds those of a shard that come after one.
    pub(in crate::store) const CONDITION_AFTER: &str = "gsi1pk=:pk AND gsi1sk<:after";

    /// The values of the first, one for each shard.
    pub(in crate::store) fn shards(
        org_unit: &OrgUnitId,
        told: &ToldDigest,
    ) -> impl Iterator<Item = (String, AttributeValue)> {
        (0..SHARDS).map(|shard| {
            let pk = of_deliveries(org_unit, told, shard);
            (":pk".to_owned(), AttributeValue::S(pk))
        })
    }

    /// Whether that is a place of [`IndexKey::of_delivery`].
    pub(in crate::store) fn is_place(text: &str) -> bool {
        let mut parts = text.splitn(3, '#');
        let (first_at, user, channel) = (parts.next(), parts.next(), parts.next());
        let is_time = |text: &str| text.len() == 13 && text.bytes().all(|it| it.is_ascii_digit());
        first_at.is_some_and(is_time)
            && user.is_some_and(|user| UserId::parse(user).is_ok())
            && DeliveryChannel::ALL.into_iter().any(|known| channel == Some(known.name()))
    }

    /// What the second has besides.
    pub(in crate::store) fn after(place: &str) -> (String, AttributeValue) {
        (":after".to_owned(), AttributeValue::S(place.to_owned()))
    }
}
