//! Projects, issues and teams, and who is in them: as the newest event about each says.
//!
//! Every method is the same however often and in whatever order it is called: an older event never
//! overwrites a newer one.

mod leaving;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join;
use jiff::Timestamp;

use super::attribute::text;
use super::expression::Expression;
use super::keys::{IndexKey, Key};
use super::{Store, StoreError};
use crate::domain::decision::MembershipRecord;
use crate::domain::event::{IssueRef, ProjectRef, Stamp, TeamRef};
use crate::domain::id::{OrgUnitId, ProjectId, TeamId, UserId};
use leaving::Leaving;
pub(super) use leaving::{if_still_left_at, left_at};

/// The stamp of the newest event that an item is as.
const STAMP: &str = "stamp";

/// The stamp of a membership's last end. It outlives later ones: what began before it ended with it.
const LEFT_STAMP: &str = "left_stamp";

/// Whether someone is in a project.
const IS_MEMBER: &str = "is_member";

/// Whether someone is in a project, as far as an item says so.
pub(super) fn is_member(item: &HashMap<String, AttributeValue>) -> bool {
    item.get(IS_MEMBER) == Some(&AttributeValue::Bool(true))
}

/// Whether someone is out of a project because of something newer than that.
pub(super) fn has_left_since(
    item: &HashMap<String, AttributeValue>,
    stamp: &Stamp,
) -> Result<bool, StoreError> {
    if item.is_empty() || is_member(item) {
        return Ok(false);
    }
    Ok(membership_record(item)?.stamp > *stamp)
}

/// What an item says of someone's being in a project.
pub(super) fn membership_record(
    item: &HashMap<String, AttributeValue>,
) -> Result<MembershipRecord, StoreError> {
    const CORRUPT: StoreError = StoreError::Corrupt { leaf: "membership" };
    let stamp = item.get(STAMP).and_then(|stamp| stamp.as_s().ok()).ok_or(CORRUPT)?;
    Ok(MembershipRecord {
        is_member: is_member(item),
        stamp: stamp.parse().map_err(|_no_stamp| CORRUPT)?,
    })
}

impl Store {
    /// What a project is called: one `UpdateItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn name_project(
        &self,
        org_unit: &OrgUnitId,
        ProjectRef { id, name }: &ProjectRef,
        stamp: &Stamp,
    ) -> Result<(), StoreError> {
        let named =
            Expression::default().stamp_if_newer(STAMP, stamp).set("name", text(name.as_str()));
        self.update_if(Key::of_project(org_unit, id), named).await?;
        Ok(())
    }

    /// What an issue is called: one `UpdateItem`, and beside it one of the alias that leads from its
    /// id to its key.
    ///
    /// # Errors
    ///
    /// As [`Store::name_project`].
    pub async fn name_issue(
        &self,
        org_unit: &OrgUnitId,
        project: &ProjectId,
        IssueRef { id, key, title }: &IssueRef,
        stamp: &Stamp,
    ) -> Result<(), StoreError> {
        let issue = Expression::default()
            .stamp_if_newer(STAMP, stamp)
            .set("id", text(id.as_str()))
            .set("key", text(key.as_str()))
            .set("title", text(title.as_str()));
        let alias =
            Expression::default().stamp_if_newer(STAMP, stamp).set("key", text(key.unpadded()));
        try_join(
            self.update_if(Key::of_issue(org_unit, project, key), issue),
            self.update_if(Key::of_issue_id(org_unit, project, id), alias),
        )
        .await?;
        Ok(())
    }

    /// Someone is in a project: one `UpdateItem`.
    ///
    /// # Errors
    ///
    /// As [`Store::name_project`].
    pub async fn join_project(
        &self,
        org_unit: &OrgUnitId,
        project: &ProjectId,
        user: &UserId,
        stamp: &Stamp,
    ) -> Result<(), StoreError> {
        let key = Key::of_project_member(org_unit, project, user);
        let place = IndexKey::of_project(org_unit, user, project).into_attributes();
        let is = Expression::default().stamp_if_newer(STAMP, stamp).set_all(place);
        self.update_if(key, is.set(IS_MEMBER, AttributeValue::Bool(true))).await?;
        Ok(())
    }

    /// Someone left a project: one `UpdateItem`, and another if that is late, or for someone who left
    /// before; and a `GetItem`, so that they watch its reports no more.
    ///
    /// What they watched ended by our own clock: as it is written now, so that nothing begins between
    /// the acceptance of the event and its record, and stays; if a newer event is known already, at the
    /// time that this one has itself. That never goes back.
    ///
    /// # Errors
    ///
    /// As [`Store::name_project`].
    pub async fn leave_project(
        &self,
        org_unit: &OrgUnitId,
        project: &ProjectId,
        user: &UserId,
        stamp: &Stamp,
        accepted_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = Key::of_project_member(org_unit, project, user);
        let place = IndexKey::of_project(org_unit, user, project).into_attributes();
        let left_at = self.leave(Leaving { key, place, stamp, accepted_at, now }).await?;
        self.end_report_watch(org_unit, project, user, left_at).await
    }

    /// What a team is called: one `UpdateItem`.
    ///
    /// # Errors
    ///
    /// As [`Store::name_project`].
    pub async fn name_team(
        &self,
        org_unit: &OrgUnitId,
        TeamRef { id, name }: &TeamRef,
        stamp: &Stamp,
    ) -> Result<(), StoreError> {
        let named =
            Expression::default().stamp_if_newer(STAMP, stamp).set("name", text(name.as_str()));
        self.update_if(Key::of_team(org_unit, id), named).await?;
        Ok(())
    }

    /// Someone is in a team: one `UpdateItem`.
    ///
    /// # Errors
    ///
    /// As [`Store::name_project`].
    pub async fn add_team_member(
        &self,
        org_unit: &OrgUnitId,
        team: &TeamId,
        user: &UserId,
        stamp: &Stamp,
    ) -> Result<(), StoreError> {
        let key = Key::of_team_member(org_unit, team, user);
        let place = IndexKey::of_team(org_unit, user, team).into_attributes();
        let is = Expression::default().stamp_if_newer(STAMP, stamp).set_all(place);
        self.update_if(key, is).await?;
        Ok(())
    }
}
