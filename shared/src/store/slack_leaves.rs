//! The Slack user of a person, in their item.

use super::StoreError;
use super::leaves::Leaves;
use crate::domain::slack::SlackUserId;

/// The Slack user that a person is mapped to.
pub(super) const SLACK_USER_ID: &str = "slack_user_id";

/// Whether an admin said whom they are mapped to, or that they are not: a sync leaves them alone.
pub(super) const SLACK_OVERRIDE: &str = "slack_override";

/// The Slack user whom nothing can be written to: of any other one it says nothing.
pub(super) const SLACK_UNREACHABLE: &str = "slack_unreachable";

/// The Slack user that a person is mapped to.
pub(super) fn slack_user(leaves: &mut Leaves) -> Result<Option<SlackUserId>, StoreError> {
    let id: Option<String> = leaves.take(SLACK_USER_ID)?;
    let id = id.map(|id| id.parse()).transpose();
    id.map_err(|_no_id| StoreError::Corrupt { leaf: SLACK_USER_ID })
}

/// The same, unless it is known that nothing arrives there.
pub(super) fn reachable_slack_user(leaves: &mut Leaves) -> Result<Option<SlackUserId>, StoreError> {
    let unreachable: Option<String> = leaves.take(SLACK_UNREACHABLE)?;
    let user = slack_user(leaves)?;
    Ok(user.filter(|user| unreachable.as_deref() != Some(user.as_str())))
}
