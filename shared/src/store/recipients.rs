//! People as it is decided about them: what they chose, how they are reached, where they stand.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use super::channel_leaves::{ChannelLeaves, scopes};
use super::keys::Key;
use super::leaves::{Leaves, NOTIFICATIONS_ENABLED, PUSH, SLACK_USER_ID, activity, email, mute};
use super::member_leaves::MemberLeaf;
use super::{Store, StoreError};
use crate::domain::account_email::EmailToggle;
use crate::domain::activity::ActivityToggle;
use crate::domain::channel_preference::{ChannelSettings, Scope};
use crate::domain::decision::{Choices, Reach, Recipient, Standing};
use crate::domain::id::{OrgUnitId, ProjectId, UserId};
use crate::domain::lead_alert::LeadEvent;

impl Store {
    /// These people, each once: what they chose, how they are reached, and if it is about a project
    /// whether they are in it. A `BatchGetItem` for each hundred items, side by side: one item for
    /// each person, two with a project.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read; and of one of them, if what is stored makes no sense,
    /// which is no reason to know nothing of the others.
    pub async fn recipients<'a>(
        &self,
        org_unit: &OrgUnitId,
        users: impl IntoIterator<Item = &'a UserId>,
        project: Option<&ProjectId>,
    ) -> Result<HashMap<UserId, Result<Recipient, StoreError>>, StoreError> {
        let users: Vec<&UserId> = users.into_iter().collect();
        let of_member =
            |user: &UserId| project.map(|project| Key::of_project_member(org_unit, project, user));
        let people = users.iter().map(|user| Key::of_user(org_unit, user));
        let members = users.iter().filter_map(|user| of_member(user));
        let mut found = self.batch_get(people.chain(members)).await?;
        let mut recipients = HashMap::with_capacity(users.len());
        for user in users {
            if recipients.contains_key(user) {
                continue;
            }
            let item = found.remove(&Key::of_user(org_unit, user));
            let membership = of_member(user).and_then(|key| found.remove(&key));
            recipients.insert(user.clone(), recipient(user, item, membership));
        }
        Ok(recipients)
    }
}

type Item = HashMap<String, AttributeValue>;

fn recipient(
    user: &UserId,
    item: Option<Item>,
    membership: Option<Item>,
) -> Result<Recipient, StoreError> {
    let unknown = Recipient::unknown(user.clone());
    let Some(item) = item else {
        return Ok(Recipient { standing: standing(membership)?, ..unknown });
    };
    let mut leaves = Leaves::from(Some(item));
    let rows: Vec<(Scope, ChannelSettings)> = take_rows(&mut leaves)?;
    let known = MemberLeaf::take_newest(&mut leaves)?;
    let slack_user_id: Option<String> = leaves.take(SLACK_USER_ID)?;
    Ok(Recipient {
        choices: Choices {
            notifications_enabled: leaves.take(NOTIFICATIONS_ENABLED)?,
            muted: leaves.take_each(LeadEvent::ALL, mute)?,
            email: leaves.take_each(EmailToggle::ALL, email)?,
            activity: leaves.take_each(ActivityToggle::ALL, activity)?,
            rows: BTreeMap::from_iter(rows),
        },
        reach: Reach {
            email: known.is_some(),
            push: !leaves.names_after(PUSH).is_empty(),
            slack: slack_user_id.is_some(),
        },
        zone: known.and_then(|known| known.zoneinfo?.parse().ok()),
        standing: standing(membership)?,
        ..unknown
    })
}

fn standing(membership: Option<Item>) -> Result<Standing, StoreError> {
    Ok(Standing {
        membership: membership.map(super::directory::membership_record).transpose()?,
        // Nobody can watch anything yet.
        is_watching: false,
    })
}

fn take_rows(leaves: &mut Leaves) -> Result<Vec<(Scope, ChannelSettings)>, StoreError> {
    let mut rows = Vec::new();
    for scope in scopes(leaves)? {
        if let Some(settings) = leaves.take(&ChannelLeaves::of(&scope).settings())? {
            rows.push((scope, settings));
        }
    }
    Ok(rows)
}
