//! A profile: activity preferences in a person's item, and who it is.

use aws_sdk_dynamodb::types::ReturnValue;

use super::leaves::{LeafChange, Leaves, activity};
use super::member_leaves::MemberLeaf;
use super::{Store, StoreError};
use crate::auth::{Person, TokenProfile};
use crate::domain::activity::{ActivityPreferences, ActivityToggle};
use crate::domain::id::UserId;
use crate::domain::profile::Profile;

impl Store {
    /// A person's profile: one consistent `GetItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if it cannot be read.
    pub async fn profile(&self, person: &Person) -> Result<Profile, StoreError> {
        // All of it: how many entries of the directory are about a person is not known before.
        let leaves = self.read_all_leaves(person).await?;
        take(leaves, person.user(), Some(person.profile()))
    }

    /// Sets all nine activity preferences, and gives the profile as it is then: one `UpdateItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; they may then have been set or not, and setting them again is safe.
    pub async fn set_activity_preferences(
        &self,
        person: &Person,
        preferences: &ActivityPreferences,
    ) -> Result<Profile, StoreError> {
        let mut leaves = LeafChange::default();
        for toggle in ActivityToggle::ALL {
            leaves.set(activity(toggle), preferences.is_on(toggle))?;
        }
        let leaves = self.write_leaves(person, leaves, ReturnValue::AllNew).await?;
        take(leaves, person.user(), Some(person.profile()))
    }
}

/// A profile, as these leaves say it, and what the person's own token says of them.
pub(super) fn take(
    mut leaves: Leaves,
    user: &UserId,
    token: Option<&TokenProfile>,
) -> Result<Profile, StoreError> {
    let TokenProfile { email, given_name, family_name } = token.cloned().unwrap_or_default();
    // What the directory says goes before what the token says; an empty name says nothing.
    let known = MemberLeaf::take_newest(&mut leaves)?;
    let name = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
    Ok(Profile {
        user: user.clone(),
        first_name: known.as_ref().and_then(|known| name(&known.first_name)).or(given_name),
        last_name: known.as_ref().and_then(|known| name(&known.last_name)).or(family_name),
        email: known.map(|known| known.email).or(email),
        activity: ActivityPreferences::from_stored(
            &leaves.take_each(ActivityToggle::ALL, activity)?,
        ),
    })
}
