//! All confirmed members of an org unit, for who looks for them at Slack.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;

use super::keys::{Key, Members};
use super::member_entry::{IS_CONFIRMED, USER};
use super::{SlackIdentity, Store, StoreError};
use crate::domain::id::{OrgUnitId, UserId};

/// Of how many people the whole items are held at a time: eight calls side by side, and what they
/// bring is a few megabytes, also where an org unit has a hundred thousand.
const AT_A_TIME: usize = 800;

impl Store {
    /// Everyone who is a confirmed member of the org unit, each once, in no order: 16 consistent
    /// `Query` side by side and one more of a shard for each further MB of it, then a `BatchGetItem`
    /// for each hundred people, eight side by side.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read; or what `may_go_on` says, which is asked before each 800
    /// people.
    pub async fn confirmed_members<E: From<StoreError>>(
        &self,
        org_unit: &OrgUnitId,
        may_go_on: impl Fn() -> Result<(), E>,
    ) -> Result<Vec<SlackIdentity>, E> {
        let shards = Members::shards(org_unit).map(|shard| self.users_of_shard(shard));
        let users: HashSet<UserId> = try_join_all(shards).await?.into_iter().flatten().collect();
        let users: Vec<UserId> = users.into_iter().collect();
        let mut people = Vec::with_capacity(users.len());
        for some in users.chunks(AT_A_TIME) {
            may_go_on()?;
            let mut items =
                self.batch_get(some.iter().map(|it| Key::of_user(org_unit, it))).await?;
            for user in some {
                let item = items.remove(&Key::of_user(org_unit, user)).unwrap_or_default();
                people.push(SlackIdentity::read(user.clone(), item)?);
            }
        }
        // Whoever was removed in between is nobody's member.
        people.retain(|person| person.members().next().is_some());
        Ok(people)
    }

    /// Whom the confirmed entries of a shard are about.
    async fn users_of_shard(
        &self,
        shard: [(String, AttributeValue); 2],
    ) -> Result<Vec<UserId>, StoreError> {
        const CORRUPT: StoreError = StoreError::Corrupt { leaf: "member" };
        let confirmed = (":true".to_owned(), AttributeValue::Bool(true));
        let values: HashMap<String, AttributeValue> =
            shard.into_iter().chain([confirmed]).collect();
        let (mut users, mut next) = (Vec::new(), None);
        loop {
            let query = self.client.query().table_name(&*self.table).consistent_read(true);
            let query = query
                .key_condition_expression(Members::CONDITION)
                .filter_expression("#is_confirmed=:true")
                .projection_expression("#user")
                .expression_attribute_names("#is_confirmed", IS_CONFIRMED)
                .expression_attribute_names("#user", USER)
                .set_expression_attribute_values(Some(values.clone()));
            let page = Box::pin(query.set_exclusive_start_key(next).send()).await?;
            for item in page.items.unwrap_or_default() {
                let user = item.get(USER).and_then(|user| user.as_s().ok()).ok_or(CORRUPT)?;
                users.push(UserId::parse(user).map_err(|_no_id| CORRUPT)?);
            }
            next = page.last_evaluated_key;
            if next.is_none() {
                return Ok(users);
            }
        }
    }
}
