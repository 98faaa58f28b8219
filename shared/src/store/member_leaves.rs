//! What the directory says of a person, in their own item: a leaf for each entry that is about them.

use serde::{Deserialize, Serialize};

use super::StoreError;
use super::leaves::Leaves;
use crate::domain::event::{MemberUpserted, Stamp};
use crate::domain::id::OrgMemberId;

/// What the leaves of entries begin with.
const PREFIX: &str = "member.";

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

    /// What the directory says of a person: the newest of the entries that are about them.
    pub(super) fn take_newest(leaves: &mut Leaves) -> Result<Option<Self>, StoreError> {
        let mut newest: Option<Self> = None;
        for entry in leaves.names_after(PREFIX) {
            let leaf: Option<Self> = leaves.take(&format!("{PREFIX}{entry}"))?;
            newest = newest.into_iter().chain(leaf).max_by(|a, b| a.stamp.cmp(&b.stamp));
        }
        Ok(newest)
    }
}
