//! What the directory says of a person, in their own item: a leaf for each entry that is about them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use super::leaves::Leaves;
use super::{KeptEntry, StoreError};
use crate::domain::event::{MemberUpserted, Stamp};
use crate::domain::id::{OrgMemberId, UserId};
use crate::domain::inbox::Actor;

/// What the leaves of entries begin with.
const PREFIX: &str = "member.";

/// How many entries are about a person. Not of the leaves' family: it is a count.
pub(super) const ENTRIES: &str = "member_entries";

/// How many entries may be about one person. Each takes 5 KB at most of an item that has 400, and is
/// read with it each time.
pub(super) const MOST_ENTRIES: i64 = 8;

/// How many entries are about a person.
pub(super) fn count_of(person: &HashMap<String, AttributeValue>) -> Result<i64, StoreError> {
    let Some(count) = person.get(ENTRIES) else { return Ok(0) };
    let count = count.as_n().ok().and_then(|count| count.parse().ok());
    count.ok_or(StoreError::Corrupt { leaf: "member" })
}

/// The leaf of an entry.
pub(super) fn leaf_of(member: &OrgMemberId) -> String {
    format!("{PREFIX}{}", member.as_str())
}

/// What an entry says of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MemberLeaf {
    pub(super) stamp: Stamp,
    pub(super) email: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) profile_picture: Option<String>,
    pub(super) confirmed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) zoneinfo: Option<String>,
}

impl MemberLeaf {
    pub(super) fn new(member: &MemberUpserted, stamp: &Stamp) -> Self {
        let MemberUpserted {
            org_member_id: _,
            user: _,
            email,
            first_name,
            last_name,
            profile_picture,
            confirmed,
            zoneinfo,
        } = member;
        Self {
            stamp: stamp.clone(),
            email: email.as_str().to_owned(),
            first_name: first_name.as_str().to_owned(),
            last_name: last_name.as_str().to_owned(),
            profile_picture: profile_picture.as_ref().map(|picture| picture.as_str().to_owned()),
            confirmed: *confirmed,
            zoneinfo: zoneinfo.as_ref().map(|zone| zone.as_str().to_owned()),
        }
    }

    /// Whom it is about, as others see them.
    pub(super) fn into_actor(self, user: &UserId) -> Actor {
        let Self {
            stamp: _,
            email: _,
            first_name,
            last_name,
            profile_picture,
            confirmed: _,
            zoneinfo: _,
        } = self;
        Actor { id: user.clone(), first_name, last_name, profile_picture }
    }

    /// What it says, for the person.
    pub(super) fn into_kept(self) -> KeptEntry {
        let Self {
            stamp: _,
            email,
            first_name,
            last_name,
            profile_picture,
            confirmed: is_confirmed,
            zoneinfo: zone,
        } = self;
        KeptEntry { email, first_name, last_name, profile_picture, is_confirmed, zone }
    }

    /// What the directory says of a person: the newest of the entries that are about them.
    pub(super) fn take_newest(leaves: &mut Leaves) -> Result<Option<Self>, StoreError> {
        let all = Self::take_all(leaves)?;
        Ok(all.into_iter().max_by(|a, b| a.stamp.cmp(&b.stamp)))
    }

    /// All that the directory says of a person, in no order.
    pub(super) fn take_all(leaves: &mut Leaves) -> Result<Vec<Self>, StoreError> {
        let all = Self::take_by_entry(leaves)?;
        Ok(all.into_iter().map(|(_, leaf)| leaf).collect())
    }

    /// The same, each with its entry.
    pub(super) fn take_by_entry(
        leaves: &mut Leaves,
    ) -> Result<Vec<(OrgMemberId, Self)>, StoreError> {
        let mut all = Vec::new();
        for entry in leaves.names_after(PREFIX) {
            let member = entry.parse().map_err(|_no_id| StoreError::Corrupt { leaf: "member" })?;
            let leaf: Option<Self> = leaves.take(&leaf_of(&member))?;
            all.extend(leaf.map(|leaf| (member, leaf)));
        }
        Ok(all)
    }
}
