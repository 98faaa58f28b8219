//! The addresses of a person that are not written to any more, in the person's item: a leaf for each,
//! named by the address's digest.
//!
//! A leaf says nothing of any other address: as soon as the directory has another one, that one is
//! written to, and when it has the first one again, it is still known. So nothing has to be cleared,
//! and feedback may come late, twice and side by side.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::expression::Expression;
use super::keys::Key;
use super::leaves::{Leaves, to_attribute};
use super::member_leaves::MemberLeaf;
use super::{AddressDigest, Store, StoreError};
use crate::domain::feedback::WhyUndeliverable;
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::text::EmailAddress;

/// What these leaves begin with.
const PREFIX: &str = "undeliverable.";

/// How many are kept. Of more, those of addresses that the directory no longer has go first, the oldest
/// before the others; it has eight addresses of a person at most.
const MOST_MARKS: usize = 8;

/// Why an address is not written to any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    reason: WhyUndeliverable,
    /// Since when, in microseconds since 1970.
    at: i64,
}

fn leaf_of(address: &AddressDigest) -> String {
    format!("{PREFIX}{}", address.as_str())
}

/// The address of an entry of the directory, unless it is not written to any more.
pub(super) fn deliverable(
    leaves: &mut Leaves,
    entry: &MemberLeaf,
) -> Result<Option<EmailAddress>, StoreError> {
    let mark: Option<Mark> = leaves.take(&leaf_of(&AddressDigest::of(&entry.email)))?;
    // SES takes addresses of ASCII alone.
    if mark.is_some() || !entry.email.is_ascii() {
        return Ok(None);
    }
    let address = entry.email.parse();
    address.map(Some).map_err(|_no_address| StoreError::Corrupt { leaf: "member" })
}

impl Store {
    /// Those of the addresses that the directory has of that person are not written to any more: a
    /// consistent `GetItem`, then an `UpdateItem` where that is not known yet. What is no address of
    /// theirs now is passed over.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; they may then be marked or not, and marking them again is safe.
    pub async fn mark_undeliverable(
        &self,
        org_unit: &OrgUnitId,
        user: &UserId,
        addresses: &[AddressDigest],
        reason: WhyUndeliverable,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = Key::of_user(org_unit, user);
        let mut leaves = Leaves::from(Some(self.read_item(key.clone()).await?));
        let entries = MemberLeaf::take_all(&mut leaves)?;
        let current: BTreeSet<AddressDigest> =
            entries.iter().map(|entry| AddressDigest::of(&entry.email)).collect();
        let marks = take_marks(&mut leaves)?;
        let is_known = |address: &AddressDigest| marks.iter().any(|(_, known)| known == address);
        let new: BTreeSet<&AddressDigest> = addresses
            .iter()
            .filter(|address| current.contains(address) && !is_known(address))
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let mark = to_attribute(Mark { reason, at: now.as_microsecond() }, "undeliverable")?;
        let superfluous = (marks.len() + new.len()).saturating_sub(MOST_MARKS);
        let former = marks.iter().map(|(_, address)| address);
        let former = former.filter(|address| !current.contains(address)).take(superfluous);
        // Someone who is gone by now does not come back by this.
        let update = Expression::default().if_there("pk");
        let update = former.fold(update, |update, address| update.remove(&leaf_of(address)));
        let update =
            new.iter().fold(update, |update, address| update.set(&leaf_of(address), mark.clone()));
        self.update_if(key, update).await.map(drop)
    }
}

/// The addresses that are marked, each with since when, the oldest first.
pub(super) fn take_marks(leaves: &mut Leaves) -> Result<Vec<(i64, AddressDigest)>, StoreError> {
    let mut marks = Vec::new();
    for name in leaves.names_after(PREFIX) {
        let corrupt = StoreError::Corrupt { leaf: "undeliverable" };
        let address = AddressDigest::parse(&name).ok_or(corrupt)?;
        let mark: Option<Mark> = leaves.take(&leaf_of(&address))?;
        marks.extend(mark.map(|Mark { at, reason: _ }| (at, address)));
    }
    marks.sort();
    Ok(marks)
}
