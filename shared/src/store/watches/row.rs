//! A watch as it is stored.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use ulid::Ulid;

use crate::domain::watch::{Flip, Interval, PastInterval, Watch};
use crate::store::StoreError;
use crate::store::attribute::{number, text};
use crate::store::expression::Expression;

pub(super) const SINCE: &str = "since";
pub(super) const UNTIL: &str = "until";
const EARLIER: &str = "earlier";
const FLIPPED_AT: &str = "flipped_at";
const FLIPS: &str = "flips";

/// Counts the changes: each is made on condition that it is the next one.
const VERSION: &str = "version";

const CORRUPT: StoreError = StoreError::Corrupt { leaf: "watch" };

type Item = HashMap<String, AttributeValue>;

/// A watch as it was read: what it is, and which version of it. What was never written is a watch
/// that nobody began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WatchRow {
    /// What it is.
    pub watch: Watch,
    version: Option<u64>,
}

impl WatchRow {
    /// What an item says; an empty one is none.
    pub(in crate::store) fn read(item: &Item) -> Result<Self, StoreError> {
        let Some(version) = item.get(VERSION) else { return Ok(Self::default()) };
        let version = version.as_n().ok().and_then(|version| version.parse().ok());
        Ok(Self {
            watch: Watch {
                earlier: list(item, EARLIER, read_interval)?,
                last: last(item)?,
                flipped_at: moment(item, FLIPPED_AT)?,
                flips: list(item, FLIPS, read_flip)?,
            },
            version: Some(version.ok_or(CORRUPT)?),
        })
    }

    /// On condition that it is still there as it was read.
    pub(super) fn if_unchanged(&self) -> Expression {
        let version = self.version.map(|version| AttributeValue::N(version.to_string()));
        Expression::default().if_still(VERSION, version)
    }

    /// What writes that watch in its place, if it is still there as it was read.
    pub(super) fn replaced_by(&self, watch: &Watch) -> Expression {
        let at = |moment: Timestamp| number(moment.as_microsecond());
        let Watch { earlier, last, flipped_at, flips } = watch;
        let (since, until) = (last.map(|it| it.since), last.and_then(|it| it.until));
        let earlier: Vec<_> = earlier.iter().map(written_interval).collect();
        let earlier = (!earlier.is_empty()).then_some(AttributeValue::L(earlier));
        let flips = flips.iter().map(written_flip).collect();
        let version = |version: u64| AttributeValue::N(version.to_string());
        self.if_unchanged()
            .set(VERSION, version(self.version.unwrap_or_default().saturating_add(1)))
            .set_or_remove(EARLIER, earlier)
            .set_or_remove(SINCE, since.map(at))
            .set_or_remove(UNTIL, until.map(at))
            .set_or_remove(FLIPPED_AT, flipped_at.map(at))
            .set(FLIPS, AttributeValue::L(flips))
    }
}

fn last(item: &Item) -> Result<Option<Interval>, StoreError> {
    let until = moment(item, UNTIL)?;
    Ok(moment(item, SINCE)?.map(|since| Interval { since, until }))
}

pub(in crate::store) fn moment(item: &Item, name: &str) -> Result<Option<Timestamp>, StoreError> {
    let Some(value) = item.get(name) else { return Ok(None) };
    value.as_n().ok().and_then(|micros| read_moment(micros)).map(Some).ok_or(CORRUPT)
}

fn read_moment(micros: &str) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros.parse().ok()?).ok()
}

/// An interval that is over, as text: `1773410400000000-1773410410000000`.
fn written_interval(PastInterval { since, until }: &PastInterval) -> AttributeValue {
    text(&format!("{}-{}", since.as_microsecond(), until.as_microsecond()))
}

fn read_interval(interval: &str) -> Option<PastInterval> {
    let (since, until) = interval.split_once('-')?;
    Some(PastInterval { since: read_moment(since)?, until: read_moment(until)? })
}

/// A flip as text: `01KKKN5T00…+` if the person watched after it, else `…-`.
fn written_flip(Flip { by, is_watching }: &Flip) -> AttributeValue {
    text(&format!("{by}{}", if *is_watching { '+' } else { '-' }))
}

fn read_flip(flip: &str) -> Option<Flip> {
    let (by, is_watching) = match (flip.strip_suffix('+'), flip.strip_suffix('-')) {
        (Some(by), _) => (by, true),
        (None, Some(by)) => (by, false),
        (None, None) => return None,
    };
    Some(Flip { by: Ulid::from_string(by).ok()?, is_watching })
}

fn list<T>(
    item: &Item,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, StoreError> {
    let Some(list) = item.get(name) else { return Ok(Vec::new()) };
    let list = list.as_l().map_err(|_no_list| CORRUPT)?;
    list.iter().map(|it| it.as_s().ok().and_then(|it| read(it)).ok_or(CORRUPT)).collect()
}
