//! The text of every key: this file alone knows it.
//!
//! `P` is `OU#<org unit>#USER#<user>`.
//!
//! | item | `pk` | `sk` | in `gsi1` as |
//! |---|---|---|---|
//! | what a person chose, and what is known of them | `P` | `PREFS` | |
//! | inbox row, or its tombstone | `P` | `INBOX#<id16>` | `OU#<org unit>#USER#<actor>#ACTED#<shard of the recipient>`, `<id16>` |
//! | nothing, ever: what no row of an inbox is | `P` | `INBOX#NONE` | |
//! | answer to a request that may be repeated | `P` | `IDEMPOTENCY#<digest of verb, path and key>` | |
//! | delivery of an event over a channel | `P` | `DELIVERY#<event>#<accepted at, µs, 16 digits>#<channel>` | `OU#<org unit>#DELIVERIES#<told>#<shard of the user>`, `<first claimed at, ms, 13 digits>#<user>#<channel>` |
//! | digest of someone, of a bucket | `P` | `DIGEST#<cadence>#<end>` | `DIGESTS#<shard of `P`>`, from when on it is to be looked at |
//! | what waits for it | `P` | `DIGEST#<cadence>#<end>#<event>` | |
//! | accepted event | `OU#<org unit>#EVENT#<event>` | `EVENT` | `P` of one it names, `EVENT#<event>` |
//! | someone else it names | the same | `NAMED#<user>` | `P`, `EVENT#<event>` |
//! | project | `OU#<org unit>#PROJECT#<project>` | `PROJECT` | |
//! | project membership | the same | `MEMBER#<user>` | `P`, `PROJECT#<project>` |
//! | issue | the same | `ISSUE#<key without padding>` | |
//! | alias of an issue's id | the same | `ISSUE-ID#<id>` | |
//! | report watch | the same | `WATCHER#<user>` | `P`, `WATCH#<project>#REPORTS` |
//! | how many there are | the same | `WATCHERS` | |
//! | issue watch | `OU#<org unit>#ISSUE#<project>#<key without padding>` | `WATCHER#<user>` | `P`, `WATCH#<project>#ISSUE#<key>` |
//! | team | `OU#<org unit>#TEAM#<team>` | `TEAM` | |
//! | team membership | the same | `MEMBER#<user>` | `P`, `TEAM#<team>` |
//! | member of the org unit | `OU#<org unit>#MEMBERS#<shard>` | `MEMBER#<org_member_id>` | `P`, `MEMBER#<org_member_id>` |
//! | counts of a shard's members | the same | `COUNT` | |
//! | place of a sync of Slack users | `OU#<org unit>#SLACK` | `SYNC` | |
//! | that someone was erased | `OU#<org unit>#ERASED#<mark>` | `ERASED` | |
//! | when anyone was, the last time | `OU#<org unit>#ERASED` | `LAST` | |
//! | API key | `KEY#<id>` | `KEY` | `OU#<org unit>#KEYS`, `<created at, µs, 16 digits>#<id>` |
//!
//! `<id16>` is the id of a notification in 16 decimal digits. A row that is unread has it as
//! `unread_id` too, which puts it into the local index `unread`.
//!
//! Ids hold no `#` (`domain::id`), so no id can reach into another's key.

mod deliveries;
mod digests;
mod inbox;
mod index;
mod members;
mod subjects;
mod watches;

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use ring::digest::{SHA256, digest};

use super::{ErasureMark, EventDigest, StoreError, ToldDigest};
use crate::auth::Person;
use crate::domain::api_key::ApiKeyId;
use crate::domain::id::{IssueId, IssueKey, OrgUnitId, ProjectId, TeamId, UserId};

pub(super) use deliveries::Deliveries;
pub(super) use digests::{DigestItems, DueDigests};
pub(super) use inbox::{InboxRange, UnreadKey, notification_id};
pub(super) use index::IndexKey;
pub(super) use members::{Members, member_shard};
pub(super) use subjects::{Kind, Part};
pub(super) use watches::Watches;

/// How many partitions the members of an org unit are spread over, and what a person did to others.
pub(super) const SHARDS: u8 = 16;

/// The primary key of one item.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pk: String,
    sk: String,
}

/// A key names a person or a customer: a stray `{:?}` in a log line must not.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The part of the index that holds the API keys of an org unit.
fn of_api_keys(org_unit: &OrgUnitId) -> String {
    format!("OU#{}#KEYS", org_unit.as_str())
}

fn of_user(org_unit: &OrgUnitId, user: &UserId) -> String {
    format!("OU#{}#USER#{}", org_unit.as_str(), user.as_str())
}

/// Whose partition that is, if it is a person's.
fn user_of(pk: &str) -> Option<(OrgUnitId, UserId)> {
    let (org_unit, user) = pk.strip_prefix("OU#")?.split_once("#USER#")?;
    Some((OrgUnitId::parse(org_unit).ok()?, UserId::parse(user).ok()?))
}

fn of_project(org_unit: &OrgUnitId, project: &ProjectId) -> String {
    format!("OU#{}#PROJECT#{}", org_unit.as_str(), project.as_str())
}

fn of_issue(org_unit: &OrgUnitId, project: &ProjectId, issue: &IssueKey) -> String {
    format!("OU#{}#ISSUE#{}#{}", org_unit.as_str(), project.as_str(), issue.unpadded())
}

fn of_team(org_unit: &OrgUnitId, team: &TeamId) -> String {
    format!("OU#{}#TEAM#{}", org_unit.as_str(), team.as_str())
}

fn of_event(org_unit: &OrgUnitId, event: &EventDigest) -> String {
    format!("OU#{}#EVENT#{event}", org_unit.as_str())
}

/// The part of the index that holds a shard of the deliveries of an event.
fn of_deliveries(org_unit: &OrgUnitId, told: &ToldDigest, shard: u8) -> String {
    format!("OU#{}#DELIVERIES#{told}#{shard:02}", org_unit.as_str())
}

fn of_members(org_unit: &OrgUnitId, shard: u8) -> String {
    format!("OU#{}#MEMBERS#{shard:02}", org_unit.as_str())
}

fn of_erasures(org_unit: &OrgUnitId) -> String {
    format!("OU#{}#ERASED", org_unit.as_str())
}

fn of_erased(org_unit: &OrgUnitId, mark: &ErasureMark) -> String {
    format!("{}#{mark}", of_erasures(org_unit))
}

fn of_slack(org_unit: &OrgUnitId) -> String {
    format!("OU#{}#SLACK", org_unit.as_str())
}

fn shard_of(id: &str) -> u8 {
    let digest = digest(&SHA256, id.as_bytes());
    digest.as_ref().first().map_or(0, |byte| byte % SHARDS)
}

impl Key {
    /// The one item of a person.
    pub(super) fn of_person(person: &Person) -> Self {
        Self::of_user(person.org_unit(), person.user())
    }

    /// The one item of a person who is not the caller.
    pub(super) fn of_user(org_unit: &OrgUnitId, user: &UserId) -> Self {
        Self { pk: of_user(org_unit, user), sk: "PREFS".to_owned() }
    }

    /// An accepted event.
    pub(super) fn of_event(org_unit: &OrgUnitId, event: &EventDigest) -> Self {
        Self { pk: of_event(org_unit, event), sk: "EVENT".to_owned() }
    }

    /// Someone whom an event names.
    pub(super) fn of_named(org_unit: &OrgUnitId, event: &EventDigest, user: &UserId) -> Self {
        Self { pk: of_event(org_unit, event), sk: format!("NAMED#{}", user.as_str()) }
    }

    /// A project.
    pub(super) fn of_project(org_unit: &OrgUnitId, project: &ProjectId) -> Self {
        Self { pk: of_project(org_unit, project), sk: "PROJECT".to_owned() }
    }

    /// A person's membership of a project.
    pub(super) fn of_project_member(
        org_unit: &OrgUnitId,
        project: &ProjectId,
        user: &UserId,
    ) -> Self {
        Self { pk: of_project(org_unit, project), sk: format!("MEMBER#{}", user.as_str()) }
    }

    /// An issue of a project.
    pub(super) fn of_issue(org_unit: &OrgUnitId, project: &ProjectId, key: &IssueKey) -> Self {
        Self { pk: of_project(org_unit, project), sk: format!("ISSUE#{}", key.unpadded()) }
    }

    /// What leads from an issue's id to its key.
    pub(super) fn of_issue_id(org_unit: &OrgUnitId, project: &ProjectId, id: &IssueId) -> Self {
        Self { pk: of_project(org_unit, project), sk: format!("ISSUE-ID#{}", id.as_str()) }
    }

    /// A team.
    pub(super) fn of_team(org_unit: &OrgUnitId, team: &TeamId) -> Self {
        Self { pk: of_team(org_unit, team), sk: "TEAM".to_owned() }
    }

    /// A person's membership of a team.
    pub(super) fn of_team_member(org_unit: &OrgUnitId, team: &TeamId, user: &UserId) -> Self {
        Self { pk: of_team(org_unit, team), sk: format!("MEMBER#{}", user.as_str()) }
    }

    /// An API key, whoever it belongs to: who presents one has not said yet.
    pub(super) fn of_api_key(id: ApiKeyId) -> Self {
        Self { pk: format!("KEY#{id}"), sk: "KEY".to_owned() }
    }

    /// The key of an item that was read, from the table or from an index.
    pub(super) fn of_item(item: &HashMap<String, AttributeValue>) -> Result<Self, StoreError> {
        let part = |name: &'static str| {
            let part = item.get(name).and_then(|part| part.as_s().ok());
            part.cloned().ok_or(StoreError::Corrupt { leaf: name })
        };
        Ok(Self { pk: part("pk")?, sk: part("sk")? })
    }

    /// The key as the SDK takes it.
    pub(super) fn into_attributes(self) -> HashMap<String, AttributeValue> {
        let Self { pk, sk } = self;
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(pk)),
            ("sk".to_owned(), AttributeValue::S(sk)),
        ])
    }
}

#[cfg(test)]
mod tests;
