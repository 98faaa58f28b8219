//! Account email in a person's item.

use aws_sdk_dynamodb::types::ReturnValue;

use super::leaves::{LeafChange, Leaves, email};
use super::{Store, StoreError};
use crate::auth::Person;
use crate::domain::account_email::{AccountEmailPatch, AccountEmailPreferences, EmailToggle};

impl Store {
    /// Which account emails a person gets: one consistent `GetItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if that cannot be read.
    pub async fn account_email(
        &self,
        person: &Person,
    ) -> Result<AccountEmailPreferences, StoreError> {
        take(self.read_leaves(person, &EmailToggle::ALL.map(email)).await?)
    }

    /// Merges a patch, and gives what holds then: one `UpdateItem` of the toggles that the patch
    /// names, or one consistent `GetItem` if it names none.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the patch may then have been merged or not, and merging it again is safe.
    pub async fn merge_account_email(
        &self,
        person: &Person,
        AccountEmailPatch(named): &AccountEmailPatch,
    ) -> Result<AccountEmailPreferences, StoreError> {
        if named.is_empty() {
            return self.account_email(person).await;
        }
        let mut leaves = LeafChange::default();
        for (toggle, is_on) in named {
            leaves.set(email(*toggle), is_on)?;
        }
        take(self.write_leaves(person, leaves, ReturnValue::AllNew).await?)
    }
}

/// Which account emails a person gets, as these leaves say it.
pub(super) fn take(mut leaves: Leaves) -> Result<AccountEmailPreferences, StoreError> {
    Ok(AccountEmailPreferences::from_stored(leaves.take_each(EmailToggle::ALL, email)?))
}
