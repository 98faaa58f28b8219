//! Where items stand in the global index `gsi1`.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{of_api_keys, of_user};
use crate::domain::api_key::ApiKeyId;
use crate::domain::id::{OrgMemberId, OrgUnitId, ProjectId, TeamId, UserId};
use crate::store::EventDigest;

/// An item's place in the index: among everything about a person, or among an org unit's API keys.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::store) struct IndexKey {
    pub(super) pk: String,
    pub(super) sk: String,
}

impl IndexKey {
    /// The name of the index.
    pub(in crate::store) const INDEX: &str = "gsi1";

    /// The attribute of the index that holds its partition.
    pub(in crate::store) const PK: &str = "gsi1pk";

    /// The attribute of the index that it is sorted by.
    pub(in crate::store) const SK: &str = "gsi1sk";

    /// Among what is about a person: an event that names them.
    pub(in crate::store) fn of_event(
        org_unit: &OrgUnitId,
        user: &UserId,
        event: &EventDigest,
    ) -> Self {
        Self { pk: of_user(org_unit, user), sk: format!("EVENT#{event}") }
    }

    /// Among what is about a person: their membership of a project.
    pub(in crate::store) fn of_project(
        org_unit: &OrgUnitId,
        user: &UserId,
        project: &ProjectId,
    ) -> Self {
        Self { pk: of_user(org_unit, user), sk: format!("PROJECT#{}", project.as_str()) }
    }

    /// Among what is about a person: their membership of a team.
    pub(in crate::store) fn of_team(org_unit: &OrgUnitId, user: &UserId, team: &TeamId) -> Self {
        Self { pk: of_user(org_unit, user), sk: format!("TEAM#{}", team.as_str()) }
    }

    /// Among what is about a person: the directory's entry.
    pub(in crate::store) fn of_member(
        org_unit: &OrgUnitId,
        user: &UserId,
        member: &OrgMemberId,
    ) -> Self {
        Self { pk: of_user(org_unit, user), sk: format!("MEMBER#{}", member.as_str()) }
    }

    /// An API key among those of its org unit, by age.
    pub(in crate::store) fn of_api_key(
        org_unit: &OrgUnitId,
        created_at: Timestamp,
        id: ApiKeyId,
    ) -> Self {
        let created_at = created_at.as_microsecond();
        Self { pk: of_api_keys(org_unit), sk: format!("{created_at:016}#{id}") }
    }

    /// The part of the index that holds the API keys of an org unit.
    pub(in crate::store) fn of_api_keys(org_unit: &OrgUnitId) -> String {
        of_api_keys(org_unit)
    }

    /// The attributes that put an item there.
    pub(in crate::store) fn into_attributes(self) -> [(String, AttributeValue); 2] {
        let Self { pk, sk } = self;
        [(Self::PK.to_owned(), AttributeValue::S(pk)), (Self::SK.to_owned(), AttributeValue::S(sk))]
    }
}
