//! The leaves of a channel preference: one for what a row says, replaced as a whole, and three for
//! its stamps, which outlive replacement.

use std::collections::HashMap;

use super::StoreError;
use super::leaves::Leaves;
use crate::domain::channel_preference::Scope;

const SETTINGS: &str = "channel.";
const ID: &str = "channel_id.";
const CREATED_AT: &str = "channel_created_at.";
const UPDATED_AT: &str = "channel_updated_at.";

/// What stands for the global row; no category has that name.
const GLOBAL: &str = "*";

/// The four leaves of one row.
pub(super) struct ChannelLeaves<'a>(&'a str);

impl<'a> ChannelLeaves<'a> {
    pub(super) fn of(scope: &'a Scope) -> Self {
        match scope {
            Scope::Global => Self(GLOBAL),
            Scope::Category(category) => Self(category.as_str()),
        }
    }

    pub(super) fn settings(&self) -> String {
        format!("{SETTINGS}{}", self.0)
    }

    pub(super) fn id(&self) -> String {
        format!("{ID}{}", self.0)
    }

    pub(super) fn created_at(&self) -> String {
        format!("{CREATED_AT}{}", self.0)
    }

    pub(super) fn updated_at(&self) -> String {
        format!("{UPDATED_AT}{}", self.0)
    }

    /// The names, by what stands for them in an expression.
    pub(super) fn names(&self) -> HashMap<String, String> {
        let names = [
            ("#row", self.settings()),
            ("#id", self.id()),
            ("#created", self.created_at()),
            ("#updated", self.updated_at()),
        ];
        names.into_iter().map(|(stand_in, name)| (stand_in.to_owned(), name)).collect()
    }
}

/// What the rows of an item are about, also those of categories that the deployment no longer has.
pub(super) fn scopes(leaves: &Leaves) -> Result<Vec<Scope>, StoreError> {
    let names = leaves.names_after(SETTINGS).into_iter();
    names
        .map(|name| match name.as_str() {
            GLOBAL => Ok(Scope::Global),
            category => category
                .parse()
                .map(Scope::Category)
                .map_err(|_no_category| StoreError::Corrupt { leaf: "channel" }),
        })
        .collect()
}
