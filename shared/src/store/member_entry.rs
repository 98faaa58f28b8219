//! A member's entry as it is stored, and what it counts for.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::StoreError;
use crate::domain::event::Stamp;
use crate::domain::id::UserId;

/// The stamp of the newest event about the entry, also of its removal.
pub(super) const STAMP: &str = "stamp";

/// Whom it is about.
pub(super) const USER: &str = "user";

/// Whether they took up the invitation.
pub(super) const IS_CONFIRMED: &str = "is_confirmed";

/// Whether they have a Slack user.
pub(super) const IS_MAPPED: &str = "is_mapped";

/// An entry, or the place where there is none, or none any more.
pub(super) struct Entry {
    pub(super) stamp: Option<String>,
    pub(super) user: Option<UserId>,
    pub(super) is_mapped: Option<AttributeValue>,
    pub(super) count: Count,
}

impl Entry {
    pub(super) fn of(item: HashMap<String, AttributeValue>) -> Result<Self, StoreError> {
        let is = |name| item.get(name) == Some(&AttributeValue::Bool(true));
        let text = |name| item.get(name).and_then(|value| value.as_s().ok());
        let user = text(USER).map(|user| UserId::parse(user)).transpose();
        Ok(Self {
            stamp: text(STAMP).cloned(),
            user: user.map_err(|_no_id| StoreError::Corrupt { leaf: "member" })?,
            is_mapped: item.get(IS_MAPPED).cloned(),
            count: Count::of(is(IS_CONFIRMED), is(IS_MAPPED)),
        })
    }

    pub(super) fn is_older_than(&self, stamp: &Stamp) -> bool {
        self.stamp.as_ref().is_none_or(|known| known.as_str() < stamp.as_str())
    }
}

/// What an entry adds to the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) confirmed: i64,
    pub(super) mapped: i64,
}

impl Count {
    /// What one that is not there adds.
    pub(super) const NONE: Self = Self { confirmed: 0, mapped: 0 };

    pub(super) fn of(is_confirmed: bool, is_mapped: bool) -> Self {
        Self { confirmed: is_confirmed.into(), mapped: (is_confirmed && is_mapped).into() }
    }
}
