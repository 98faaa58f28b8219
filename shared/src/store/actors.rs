//! Whoever did something, as the directory has them.

use std::collections::HashMap;

use super::keys::Key;
use super::leaves::Leaves;
use super::member_leaves::MemberLeaf;
use super::{Store, StoreError};
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::inbox::Actor;

impl Store {
    /// Someone, if the directory knows them: one consistent `GetItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if that cannot be read.
    pub async fn actor(
        &self,
        org_unit: &OrgUnitId,
        user: &UserId,
    ) -> Result<Option<Actor>, StoreError> {
        let item = self.read_item(Key::of_user(org_unit, user)).await?;
        let known = MemberLeaf::take_newest(&mut Leaves::from(Some(item)))?;
        Ok(known.map(|known| known.into_actor(user)))
    }

    /// Those of these people whom the directory knows: a `BatchGetItem` for each hundred, side by
    /// side.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read.
    pub async fn actors<'a>(
        &self,
        org_unit: &OrgUnitId,
        users: impl Iterator<Item = &'a UserId>,
    ) -> Result<HashMap<UserId, Actor>, StoreError> {
        let keys: HashMap<Key, &UserId> =
            users.map(|user| (Key::of_user(org_unit, user), user)).collect();
        let found = self.batch_get(keys.keys().cloned()).await?;
        let mut actors = HashMap::new();
        for (key, item) in found {
            let Some(user) = keys.get(&key).copied() else { continue };
            let known = MemberLeaf::take_newest(&mut Leaves::from(Some(item)))?;
            actors.extend(known.map(|known| (user.clone(), known.into_actor(user))));
        }
        Ok(actors)
    }
}
