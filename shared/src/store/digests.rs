//! Digests: what waits for one, which are due, and what became of each.
//!
//! A digest is open until someone claims it for the first time. Whoever joins it does so on condition that
//! it is open, in one transaction with what waits and with its delivery: so what is read after the claim is
//! all there will ever be. A digest that was claimed is never open again.

mod due;
mod items;
mod join;

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use ulid::Ulid;

pub use due::{DUE_PAGE, DuePage, DuePlace, NextDue};
pub use items::{DigestPage, DigestPlace, WaitingItem};
pub use join::Joining;

use super::attribute::text;
use super::deliveries::row::{DENIED, EXPIRES_AT};
use super::deliveries::{claimed, ended, refused};
use super::expression::Updated;
use super::keys::{IndexKey, Key};
use super::{Claim, Store, StoreError};
use crate::domain::channel_preference::Category;
use crate::domain::delivery::{Ending, Settled};
use crate::domain::digest::DigestBucket;
use crate::domain::id::{OrgUnitId, UserId};

/// What one person waits for until the end of a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Digest {
    /// Whose it is.
    pub org_unit: OrgUnitId,
    /// Who gets it.
    pub user: UserId,
    /// Until when it is waited for.
    pub bucket: DigestBucket,
}

/// What came of an attempt at a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestEnding {
    /// What became of what it was not decided against.
    pub ending: Ending,
    /// The categories of what it was decided against as it left, each with the reason. Said once nobody
    /// tries again by themselves.
    pub denied: BTreeMap<Category, &'static str>,
}

impl Store {
    /// Closes a digest and claims it, unless someone else has it or it is done with: one `UpdateItem`.
    /// Nobody finds it as due any more; `by` names this attempt and no other.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; it may then be claimed or not.
    pub async fn claim_digest(
        &self,
        digest: &Digest,
        by: Ulid,
        now: Timestamp,
    ) -> Result<Claim, StoreError> {
        // What was never joined, or is long gone, is no digest.
        let claimed = claimed(by, now).if_there(EXPIRES_AT);
        let claimed = claimed.remove(IndexKey::PK).remove(IndexKey::SK).remove(DENIED);
        match self.update_or_tell(Key::of_digest(digest), claimed).await? {
            Updated::Done => Ok(Claim::Taken { settled: Settled::default() }),
            Updated::Refused(item) if item.is_empty() => Ok(Claim::Finished),
            Updated::Refused(item) => refused(&item, by),
        }
    }

    /// Says what became of a digest that is claimed by that attempt, and of all that waited for it: one
    /// `UpdateItem`. Nothing, if someone else claimed it since.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn end_digest(
        &self,
        digest: &Digest,
        by: Ulid,
        DigestEnding { ending, denied }: &DigestEnding,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let denied = denied.iter().map(|(category, why)| (category.to_string(), text(why)));
        let denied = match ending {
            // It is decided again by whoever tries again.
            Ending::Waiting { .. } => None,
            Ending::Sent | Ending::Denied(_) | Ending::GivenUp(_) | Ending::Failed(_) => {
                Some(AttributeValue::M(denied.collect()))
            }
        };
        let ended = ended(by, ending, now).set_or_remove(DENIED, denied);
        self.update_if(Key::of_digest(digest), ended).await?;
        Ok(())
    }
}
