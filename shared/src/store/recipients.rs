//! People as it is decided about them: what they chose, how they are reached, where they stand.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::channel_leaves::{ChannelLeaves, scopes};
use super::directory::{left_at, membership_record};
use super::keys::Key;
use super::leaves::{Leaves, NOTIFICATIONS_ENABLED, activity, email, mute};
use super::member_leaves::MemberLeaf;
use super::push_subscriptions::push_subscriptions;
use super::slack_leaves::reachable_slack_user;
use super::undeliverable::deliverable;
use super::watches::{WatchRow, Watched};
use super::{Store, StoreError};
use crate::domain::account_email::EmailToggle;
use crate::domain::activity::ActivityToggle;
use crate::domain::channel_preference::{ChannelSettings, Scope};
use crate::domain::decision::{Choices, Reach, Recipient, Standing, project_of, scopes_ruling};
use crate::domain::event::Event;
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::lead_alert::LeadEvent;

impl Store {
    /// These people, each once, as it is decided about them and an event: what they chose, how they are
    /// reached, whether they are in its project, and whether they watched what it is about, as of that
    /// moment. A `BatchGetItem` for each hundred items, side by side: one item for each person, two
    /// with a project, three where watching decides.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read; and of one of them, if what is stored makes no sense,
    /// which is no reason to know nothing of the others.
    pub async fn recipients<'a>(
        &self,
        org_unit: &OrgUnitId,
        users: impl IntoIterator<Item = &'a UserId>,
        event: &Event,
        as_of: Timestamp,
    ) -> Result<HashMap<UserId, Result<Recipient, StoreError>>, StoreError> {
        let users: Vec<&UserId> = users.into_iter().collect();
        let (project, watched) = (project_of(event), Watched::of(event));
        let of_member =
            |user: &UserId| project.map(|project| Key::of_project_member(org_unit, project, user));
        let of_watch = |user: &UserId| watched.map(|watched| watched.key(org_unit, user));
        let people = users.iter().map(|user| Key::of_user(org_unit, user));
        let members = users.iter().filter_map(|user| of_member(user));
        let watches = users.iter().filter_map(|user| of_watch(user));
        let mut found = self.batch_get(people.chain(members).chain(watches)).await?;
        let rows = scopes_ruling(event);
        let mut recipients = HashMap::with_capacity(users.len());
        for user in users {
            if recipients.contains_key(user) {
                continue;
            }
            let item = found.remove(&Key::of_user(org_unit, user));
            let membership = of_member(user).and_then(|key| found.remove(&key));
            let watch = of_watch(user).and_then(|key| found.remove(&key));
            let recipient = standing(membership, watch, as_of).and_then(|standing| {
                recipient(user, item.map(|item| Leaves::from(Some(item))), &rows, standing)
            });
            recipients.insert(user.clone(), recipient);
        }
        Ok(recipients)
    }

    /// One of them, as it is decided about them and messages, which nobody has to watch or to be in a
    /// project for: one consistent `GetItem`. With every row of theirs, since what a digest is about is
    /// not known before it is read.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read, or what is stored makes no sense, in whichever row.
    pub async fn recipient_of_messages(
        &self,
        org_unit: &OrgUnitId,
        user: &UserId,
    ) -> Result<Recipient, StoreError> {
        let leaves = Leaves::from(Some(self.read_item(Key::of_user(org_unit, user)).await?));
        let rows = scopes(&leaves)?;
        recipient(user, Some(leaves), &rows, Standing::default())
    }
}

type Item = HashMap<String, AttributeValue>;

/// Of someone's rows of channel preferences, it has just these: each is some decoding, and there may be one of
/// every category.
fn recipient(
    user: &UserId,
    leaves: Option<Leaves>,
    rows: &[Scope],
    standing: Standing,
) -> Result<Recipient, StoreError> {
    let unknown = Recipient::unknown(user.clone());
    let Some(mut leaves) = leaves else {
        return Ok(Recipient { standing, ..unknown });
    };
    let rows = take_rows(&mut leaves, rows)?;
    let known = MemberLeaf::take_newest(&mut leaves)?;
    let address = known.as_ref().map(|known| deliverable(&mut leaves, known)).transpose()?;
    Ok(Recipient {
        choices: Choices {
            notifications_enabled: leaves.take(NOTIFICATIONS_ENABLED)?,
            muted: leaves.take_each(LeadEvent::ALL, mute)?,
            email: leaves.take_each(EmailToggle::ALL, email)?,
            activity: leaves.take_each(ActivityToggle::ALL, activity)?,
            rows,
        },
        reach: Reach {
            email: address.flatten(),
            push: push_subscriptions(&mut leaves),
            slack: reachable_slack_user(&mut leaves)?.filter(|_| known.is_some()),
        },
        zone: known.and_then(|known| known.zoneinfo?.parse().ok()),
        standing,
        ..unknown
    })
}

fn standing(
    membership: Option<Item>,
    watch: Option<Item>,
    as_of: Timestamp,
) -> Result<Standing, StoreError> {
    let left_at = membership.as_ref().map(left_at).transpose()?.flatten();
    let watch = watch.map(|watch| WatchRow::read(&watch)).transpose()?;
    Ok(Standing {
        membership: membership.as_ref().map(membership_record).transpose()?,
        is_watching: watch.is_some_and(|row| row.watch.watched_at(as_of, left_at)),
    })
}

fn take_rows(
    leaves: &mut Leaves,
    scopes: &[Scope],
) -> Result<BTreeMap<Scope, ChannelSettings>, StoreError> {
    let mut rows = BTreeMap::new();
    for scope in scopes {
        if let Some(settings) = leaves.take(&ChannelLeaves::of(scope).settings())? {
            rows.insert(scope.clone(), settings);
        }
    }
    Ok(rows)
}
