//! Slack users whom nothing can be written to.

use aws_sdk_dynamodb::types::AttributeValue;

use super::expression::Expression;
use super::keys::Key;
use super::slack_leaves::{SLACK_UNREACHABLE, SLACK_USER_ID};
use super::{Store, StoreError};
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::slack::SlackUserId;

impl Store {
    /// Nothing is written to that Slack user any more: one `UpdateItem`, on condition that the person
    /// is still mapped to them. The mark says nothing of whom they are mapped to after that.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the mark may then be set or not, and setting it again is safe.
    pub async fn mark_slack_unreachable(
        &self,
        org_unit: &OrgUnitId,
        user: &UserId,
        slack_user: &SlackUserId,
    ) -> Result<(), StoreError> {
        let id = AttributeValue::S(slack_user.as_str().to_owned());
        let mark = Expression::default().if_still(SLACK_USER_ID, Some(id.clone()));
        let mark = mark.set(SLACK_UNREACHABLE, id);
        self.update_if(Key::of_user(org_unit, user), mark).await.map(drop)
    }
}
