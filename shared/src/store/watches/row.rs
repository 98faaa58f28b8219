//! A watch as it is stored.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use ulid::Ulid;

use crate::domain::watch::{Flip, Interval, Watch};
use crate::store::StoreError;
use crate::store::attribute::{number, text};
use crate::store::expression::Expression;

pub(super) const SINCE: &str = "since";
pub(super) const UNTIL: &str = "until";
const EARLIER_SINCE: &str = "earlier_since";
const EARLIER_UNTIL: &str = "earlier_until";
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
                earlier: interval(item, EARLIER_SINCE, EARLIER_UNTIL)?,
                last: interval(item, SINCE, UNTIL)?,
                flipped_at: moment(item, FLIPPED_AT)?,
                flips: flips(item)?,
            },
            version: Some(version.ok_or(CORRUPT)?),
        })
    }

    /// What writes that watch in its place, if it is still there as it was read.
    pub(super) fn replaced_by(&self, watch: &Watch) -> Expression {
        let at = |moment: Timestamp| number(moment.as_microsecond());
        let Watch { earlier, last, flipped_at, flips } = watch;
        let since = |interval: &Option<Interval>| interval.map(|it| at(it.since));
        let until = |interval: &Option<Interval>| interval.and_then(|it| it.until).map(at);
        let flips = flips.iter().map(written).collect();
        let version = |version: u64| AttributeValue::N(version.to_string());
        Expression::default()
            .if_still(VERSION, self.version.map(version))
            .set(VERSION, version(self.version.unwrap_or_default().saturating_add(1)))
            .set_or_remove(EARLIER_SINCE, since(earlier))
            .set_or_remove(EARLIER_UNTIL, until(earlier))
            .set_or_remove(SINCE, since(last))
            .set_or_remove(UNTIL, until(last))
            .set_or_remove(FLIPPED_AT, flipped_at.map(at))
            .set(FLIPS, AttributeValue::L(flips))
    }
}

fn interval(item: &Item, since: &str, until: &str) -> Result<Option<Interval>, StoreError> {
    let until = moment(item, until)?;
    Ok(moment(item, since)?.map(|since| Interval { since, until }))
}

pub(in crate::store) fn moment(item: &Item, name: &str) -> Result<Option<Timestamp>, StoreError> {
    let Some(value) = item.get(name) else { return Ok(None) };
    let micros = value.as_n().ok().and_then(|micros| micros.parse().ok()).ok_or(CORRUPT)?;
    Timestamp::from_microsecond(micros).map(Some).map_err(|_out_of_range| CORRUPT)
}

/// A flip as text: `01KKKN5T00…+` if the person watched after it, else `…-`.
fn written(Flip { by, is_watching }: &Flip) -> AttributeValue {
    text(&format!("{by}{}", if *is_watching { '+' } else { '-' }))
}

fn flips(item: &Item) -> Result<Vec<Flip>, StoreError> {
    let Some(flips) = item.get(FLIPS) else { return Ok(Vec::new()) };
    let read = |flip: &AttributeValue| {
        let flip = flip.as_s().ok()?;
        let (by, is_watching) = match (flip.strip_suffix('+'), flip.strip_suffix('-')) {
            (Some(by), _) => (by, true),
            (None, Some(by)) => (by, false),
            (None, None) => return None,
        };
        Some(Flip { by: Ulid::from_string(by).ok()?, is_watching })
    };
    let flips = flips.as_l().map_err(|_no_list| CORRUPT)?;
    flips.iter().map(|flip| read(flip).ok_or(CORRUPT)).collect()
}
