//! The keys of an org unit's members: their entries, how many there are, and the place of a sync that
//! looks for them at Slack.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Key, SHARDS, of_members, of_slack, shard_of};
use crate::domain::id::{OrgMemberId, OrgUnitId};

/// What the sort key of a member's entry begins with.
const MEMBER: &str = "MEMBER#";

/// The shard that a member is in, for good: it follows from the id alone.
pub(in crate::store) fn member_shard(member: &OrgMemberId) -> u8 {
    shard_of(member.as_str())
}

impl Key {
    /// A member of the org unit.
    pub(in crate::store) fn of_member(org_unit: &OrgUnitId, member: &OrgMemberId) -> Self {
        let pk = of_members(org_unit, member_shard(member));
        Self { pk, sk: format!("{MEMBER}{}", member.as_str()) }
    }

    /// How many members there are in a shard.
    pub(in crate::store) fn of_member_count(org_unit: &OrgUnitId, shard: u8) -> Self {
        Self { pk: of_members(org_unit, shard), sk: "COUNT".to_owned() }
    }

    /// Where a sync of the org unit's Slack users goes on.
    pub(in crate::store) fn of_slack_sync(org_unit: &OrgUnitId) -> Self {
        Self { pk: of_slack(org_unit), sk: "SYNC".to_owned() }
    }
}

/// The entries of all members of an org unit.
pub(in crate::store) struct Members;

impl Members {
    /// The condition that finds those of one shard.
    pub(in crate::store) const CONDITION: &str = "pk=:pk AND begins_with(sk,:member)";

    /// Its values, for each shard.
    pub(in crate::store) fn shards(
        org_unit: &OrgUnitId,
    ) -> impl Iterator<Item = [(String, AttributeValue); 2]> {
        (0..SHARDS).map(|shard| {
            let pk = AttributeValue::S(of_members(org_unit, shard));
            let member = AttributeValue::S(MEMBER.to_owned());
            [(":pk".to_owned(), pk), (":member".to_owned(), member)]
        })
    }
}
