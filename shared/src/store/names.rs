//! What the directory calls people.

use super::keys::Key;
use super::leaves::Leaves;
use super::member_leaves::MemberLeaf;
use super::{Store, StoreError};
use crate::domain::id::{OrgUnitId, UserId};

impl Store {
    /// What the directory calls someone, first name first; nothing, if it has no name of theirs: one
    /// consistent `GetItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if it cannot be read.
    pub async fn person_name(
        &self,
        org_unit: &OrgUnitId,
        user: &UserId,
    ) -> Result<Option<String>, StoreError> {
        let item = self.read_item(Key::of_user(org_unit, user)).await?;
        let Some(known) = MemberLeaf::take_newest(&mut Leaves::from(Some(item)))? else {
            return Ok(None);
        };
        let names = [known.first_name.trim(), known.last_name.trim()];
        let name = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ");
        Ok(Some(name).filter(|name| !name.is_empty()))
    }
}
