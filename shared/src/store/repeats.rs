//! What was answered, so that a request that is sent again with its key is answered the same.
//!
//! A record is made with what it remembers, in one transaction: nothing is done and not remembered,
//! and nobody has to be waited for.

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use super::StoreError;
use super::attribute::{number, text};
use super::event_digest::digest_of;
use super::expression::Expression;
use crate::domain::id::UserId;
use crate::domain::repeat::RepeatableRequest;

/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The longest list that is kept, in bytes: an item has 400 KB.
const LONGEST_LIST: usize = 300 * 1024;

const BODY: &str = "body";
const MADE_BY: &str = "made_by";
const IS_WATCHING: &str = "is_watching";
const WATCHERS: &str = "watchers";
const EXPIRES_AT: &str = "expires_at";
const CORRUPT: StoreError = StoreError::Corrupt { leaf: "idempotency" };

/// What a request is called that may be sent again: a digest of verb, path and key, in 43 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RepeatDigest(String);

impl RepeatDigest {
    pub(super) fn of(verb: &str, path: &str, key: &str) -> Self {
        Self(digest_of([verb.as_bytes(), path.as_bytes(), key.as_bytes()]))
    }
}

impl fmt::Display for RepeatDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A request that may be sent again, as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Repeat {
    pub(super) digest: RepeatDigest,
    body: String,
}

impl From<&RepeatableRequest> for Repeat {
    fn from(RepeatableRequest { key, verb, path, body }: &RepeatableRequest) -> Self {
        let digest = RepeatDigest::of(verb, path, key.as_str());
        Self { digest, body: digest_of([body.as_slice()]) }
    }
}

impl Repeat {
    /// Remembers what came of the request, on condition that nothing is remembered.
    pub(super) fn record(&self, by: Ulid, is_watching: bool, now: Timestamp) -> Expression {
        let until = now.saturating_add(KEPT).unwrap_or(now);
        Expression::default()
            .if_at_most(EXPIRES_AT, now.as_second())
            .set(BODY, text(&self.body))
            .set(MADE_BY, text(&by.to_string()))
            .set(IS_WATCHING, AttributeValue::Bool(is_watching))
            .set(EXPIRES_AT, number(until.as_second()))
            .remove(WATCHERS)
    }
}

/// Remembers the list that is answered, unless it is too long for that, on condition that the
/// request's own record is there, without one.
pub(super) fn remember_list(by: Ulid, watchers: &[UserId]) -> Option<Expression> {
    let ids: Vec<&str> = watchers.iter().map(UserId::as_str).collect();
    let list = ids.join("\n");
    let remembered = Expression::default()
        .if_still(MADE_BY, Some(text(&by.to_string())))
        .if_still(WATCHERS, None)
        .set(WATCHERS, text(&list));
    (list.len() <= LONGEST_LIST).then_some(remembered)
}

/// What is remembered of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    body: String,
    pub(super) made_by: Ulid,
    pub(super) is_watching: bool,
    /// The list that was answered, if it is known.
    pub(super) watchers: Option<Vec<UserId>>,
}

impl Record {
    /// What an item says; nothing, if there is none or its time is over.
    pub(super) fn read(
        item: &HashMap<String, AttributeValue>,
        now: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let Some(until) = item.get(EXPIRES_AT) else { return Ok(None) };
        let until: Option<i64> = until.as_n().ok().and_then(|until| until.parse().ok());
        if until.ok_or(CORRUPT)? <= now.as_second() {
            return Ok(None);
        }
        let part = |name: &str| item.get(name).and_then(|part| part.as_s().ok());
        let made_by = part(MADE_BY).and_then(|by| Ulid::from_string(by).ok()).ok_or(CORRUPT)?;
        let is_watching = item.get(IS_WATCHING).and_then(|is| is.as_bool().ok());
        let ids =
            |list: &String| list.lines().map(|id| id.parse().map_err(|_no_id| CORRUPT)).collect();
        Ok(Some(Self {
            body: part(BODY).ok_or(CORRUPT)?.clone(),
            made_by,
            is_watching: *is_watching.ok_or(CORRUPT)?,
            watchers: part(WATCHERS).map(ids).transpose()?,
        }))
    }

    /// Whether it is of a request with that body.
    pub(super) fn is_of(&self, repeat: &Repeat) -> bool {
        self.body == repeat.body
    }
}
