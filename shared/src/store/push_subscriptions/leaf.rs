//! A push subscription as it is stored.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::domain::push::{
    ApplicationServerKey, AuthSecret, BrowserKey, NewPushSubscription, PushKeys, PushSubscription,
    PushSubscriptionId,
};
use crate::store::attribute::text;
use crate::store::expression::Expression;
use crate::store::leaves::{Leaves, PUSH, to_attribute};
use crate::store::{KeptSubscription, StoreError};

/// What errors call the leaves; which one it is stays unsaid.
const LEAF: &str = "push";

const P256DH: &str = "p256dh";
const AUTH: &str = "auth";
const MADE_WITH: &str = "made_with";

/// A subscription, in texts: what was good when it was written need not be so by the rules of today.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct PushLeaf {
    endpoint: String,
    p256dh: String,
    auth: String,
    made_with: String,
    /// In microseconds since 1970.
    created_at: i64,
    /// The request that made it.
    made_by: String,
}

/// The leaf of a subscription.
pub(super) fn leaf_of(id: PushSubscriptionId) -> String {
    format!("{PUSH}{id}")
}

impl PushLeaf {
    pub(super) fn new(
        new: &NewPushSubscription,
        made_with: &ApplicationServerKey,
        by: Ulid,
        now: Timestamp,
    ) -> Self {
        let NewPushSubscription { endpoint, keys: PushKeys { p256dh, auth } } = new;
        Self {
            endpoint: endpoint.as_str().to_owned(),
            p256dh: p256dh.to_text(),
            auth: auth.to_text(),
            made_with: made_with.to_text(),
            created_at: now.as_microsecond(),
            made_by: by.to_string(),
        }
    }

    pub(super) fn to_attribute(&self) -> Result<AttributeValue, StoreError> {
        to_attribute(self, LEAF)
    }

    /// The leaf of that subscription, if it is there.
    pub(super) fn take(
        leaves: &mut Leaves,
        id: PushSubscriptionId,
    ) -> Result<Option<Self>, StoreError> {
        leaves.take(&leaf_of(id))
    }

    /// Every subscription that can be read, in no order.
    pub(super) fn take_all(leaves: &mut Leaves) -> Vec<PushSubscription> {
        let ids = leaves.names_after(PUSH).into_iter().filter_map(|name| name.parse().ok());
        ids.filter_map(|id| Self::take(leaves, id).ok()??.into_subscription(id)).collect()
    }

    fn into_subscription(self, id: PushSubscriptionId) -> Option<PushSubscription> {
        let Self { endpoint, p256dh, auth, made_with, created_at, made_by: _ } = self;
        Some(PushSubscription {
            id,
            endpoint: endpoint.parse().ok()?,
            keys: PushKeys {
                p256dh: BrowserKey::from_stored(&p256dh)?,
                auth: AuthSecret::from_stored(&auth)?,
            },
            made_with: ApplicationServerKey::from_stored(&made_with)?,
            created_at: Timestamp::from_microsecond(created_at).ok()?,
        })
    }

    /// Whether that request made it.
    pub(super) fn is_of(&self, by: Ulid) -> bool {
        self.made_by == by.to_string()
    }

    /// Whether messages over either are encrypted for the same browser's keys. Then it is the same
    /// subscription, made with the key of ours that it was made with: a browser that subscribes with another
    /// one gets other keys.
    pub(super) fn has_keys_of(&self, other: &Self) -> bool {
        (&self.p256dh, &self.auth) == (&other.p256dh, &other.auth)
    }

    /// Sets these keys and nothing else, on condition that those of the leaf there are still the same: so a
    /// late copy of this does not undo what came after it.
    pub(super) fn in_place_of(&self, there: &Self, id: PushSubscriptionId) -> Expression {
        let leaf = leaf_of(id);
        let fields = [
            (P256DH, &there.p256dh, &self.p256dh),
            (AUTH, &there.auth, &self.auth),
            (MADE_WITH, &there.made_with, &self.made_with),
        ];
        fields.into_iter().fold(Expression::default(), |change, (field, was, will_be)| {
            change.if_within(&leaf, field, text(was)).set_within(&leaf, field, text(will_be))
        })
    }
}

/// Every subscription among the leaves, the oldest first, also one that the rules of today would refuse, without
/// its keys.
pub(in crate::store) fn kept_subscriptions(
    mut leaves: Leaves,
) -> Result<Vec<KeptSubscription>, StoreError> {
    const CORRUPT: StoreError = StoreError::Corrupt { leaf: LEAF };
    let mut kept = Vec::new();
    for id in leaves.names_after(PUSH) {
        let leaf: Option<PushLeaf> = leaves.take(&format!("{PUSH}{id}"))?;
        let Some(PushLeaf { endpoint, created_at, .. }) = leaf else { continue };
        let created_at = Timestamp::from_microsecond(created_at);
        let created_at = created_at.map_err(|_out_of_range| CORRUPT)?;
        kept.push(KeptSubscription { id, endpoint, created_at });
    }
    kept.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
    Ok(kept)
}
