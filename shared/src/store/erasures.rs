//! That people were erased: a mark for each, which does not say who, and when anyone of an org unit was, the
//! last time. Whoever works on an event of before looks whether it names one of them, and nobody else pays for
//! that.

use std::collections::{HashMap, HashSet};
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

use super::attribute::number;
use super::expression::Expression;
use super::keys::Key;
use super::{Store, StoreError};
use crate::domain::id::{OrgUnitId, UserId};

/// How long it is known that someone was erased: as long as an event of before may still come. An archive
/// replays it after 90 days at most; it is kept for 30 from then on, and no message of it lives longer.
const KEPT: SignedDuration = SignedDuration::from_hours((90 + 30) * 24);

const ERASED_AT: &str = "erased_at";
const DONE_AT: &str = "done_at";
const LAST_AT: &str = "last_at";
const EXPIRES_AT: &str = "expires_at";

const CORRUPT: StoreError = StoreError::Corrupt { leaf: "erasure" };

type Item = HashMap<String, AttributeValue>;

/// What stands for someone who was erased: a keyed hash, which nobody can guess a person from who does not
/// have the key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ErasureMark(String);

impl ErasureMark {
    /// The mark of that hash.
    #[must_use]
    pub fn from_digest(digest: &[u8]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(digest))
    }
}

impl fmt::Display for ErasureMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands for someone, by the keys that there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureMarks {
    /// By the newest key: what is known of their erasure stands there.
    pub newest: ErasureMark,
    /// By the key before, while there is one.
    pub before: Option<ErasureMark>,
}

/// That someone was erased, or is being.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// What was accepted until then is not followed for them any more.
    pub erased_at: Timestamp,
    /// Whether nothing of them was left when it was looked for the last time.
    pub is_done: bool,
}

impl Store {
    /// Whether the person of that mark was erased: one consistent `GetItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if that cannot be read.
    pub async fn erasure(
        &self,
        org_unit: &OrgUnitId,
        mark: &ErasureMark,
        now: Timestamp,
    ) -> Result<Option<Erasure>, StoreError> {
        read(&self.read_item(Key::of_erased(org_unit, mark)).await?, now)
    }

    /// The person of these marks is erased from now on, unless they were later than that: an `UpdateItem` of what
    /// is said of the org unit, and then one of each mark. The newest is the last: where that is there, all is.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn begin_erasure(
        &self,
        org_unit: &OrgUnitId,
        ErasureMarks { newest, before }: &ErasureMarks,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (at, gone_at) = (now.as_microsecond(), now.saturating_add(KEPT).unwrap_or(now));
        let since = |name| {
            Expression::default()
                .if_at_most(name, at)
                .set(name, number(at))
                .set(EXPIRES_AT, number(gone_at.as_second()))
        };
        self.update_if(Key::of_last_erasure(org_unit), since(LAST_AT)).await?;
        for mark in before.iter().chain([newest]) {
            let erased = since(ERASED_AT).remove(DONE_AT);
            self.update_if(Key::of_erased(org_unit, mark), erased).await?;
        }
        Ok(())
    }

    /// Nothing is left of the person of that mark, who was erased at that moment: one `UpdateItem`, unless
    /// they were erased again since.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn finish_erasure(
        &self,
        org_unit: &OrgUnitId,
        mark: &ErasureMark,
        erased_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let done = Expression::default()
            .if_still(ERASED_AT, Some(number(erased_at.as_microsecond())))
            .set(DONE_AT, number(now.as_microsecond()));
        self.update_if(Key::of_erased(org_unit, mark), done).await.map(drop)
    }

    /// When anyone of the org unit was erased, the last time: one consistent `GetItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if that cannot be read.
    pub async fn last_erasure(
        &self,
        org_unit: &OrgUnitId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        last_erasure(&self.read_item(Key::of_last_erasure(org_unit)).await?, now)
    }

    /// Those of these people who were erased at that moment or after it, by their marks: a consistent
    /// `BatchGetItem` for each hundred marks.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if that cannot be read.
    pub async fn erased_since(
        &self,
        org_unit: &OrgUnitId,
        marks: &[(UserId, ErasureMark)],
        since: Timestamp,
        now: Timestamp,
    ) -> Result<HashSet<UserId>, StoreError> {
        let key = |mark| Key::of_erased(org_unit, mark);
        let found = self.batch_get(marks.iter().map(|(_, mark)| key(mark))).await?;
        let mut erased = HashSet::new();
        for (user, mark) in marks {
            let Some(item) = found.get(&key(mark)) else { continue };
            if read(item, now)?.is_some_and(|erasure| erasure.erased_at >= since) {
                erased.insert(user.clone());
            }
        }
        Ok(erased)
    }
}

/// When anyone of an org unit was erased, the last time, as far as it is known.
pub(super) fn last_erasure(item: &Item, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    if item.is_empty() || moment(item, EXPIRES_AT, Timestamp::from_second)? <= now {
        return Ok(None);
    }
    moment(item, LAST_AT, Timestamp::from_microsecond).map(Some)
}

fn read(item: &Item, now: Timestamp) -> Result<Option<Erasure>, StoreError> {
    if item.is_empty() || moment(item, EXPIRES_AT, Timestamp::from_second)? <= now {
        return Ok(None);
    }
    let erased_at = moment(item, ERASED_AT, Timestamp::from_microsecond)?;
    Ok(Some(Erasure { erased_at, is_done: item.contains_key(DONE_AT) }))
}

fn moment(
    item: &Item,
    name: &str,
    read: impl Fn(i64) -> Result<Timestamp, jiff::Error>,
) -> Result<Timestamp, StoreError> {
    let number = item.get(name).and_then(|number| number.as_n().ok()?.parse().ok());
    number.and_then(|number| read(number).ok()).ok_or(CORRUPT)
}
