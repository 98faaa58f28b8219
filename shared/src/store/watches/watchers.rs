//! Who may have watched something, page by page.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::Watched;
use crate::domain::id::{OrgUnitId, UserId};
use crate::store::keys::{Key, Watches};
use crate::store::{Store, StoreError};

/// How many watches a page has at most.
const PAGE: i32 = 1000;

/// People who watch something, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchersPage {
    /// Who they are, in the order of their ids.
    pub users: Vec<UserId>,
    /// The last one on the page, if there may be more after it.
    pub goes_on_after: Option<UserId>,
}

impl Store {
    /// A page of those who watch something or did, up to a thousand of them after the one given: one
    /// consistent `Query`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read.
    pub async fn watchers(
        &self,
        org_unit: &OrgUnitId,
        watched: Watched<'_>,
        after: Option<&UserId>,
    ) -> Result<WatchersPage, StoreError> {
        const CORRUPT: StoreError = StoreError::Corrupt { leaf: "watch" };
        let watches = match watched {
            Watched::Issue(project, issue) => Watches::of_issue(org_unit, project, issue),
            Watched::Reports(project) => Watches::of_reports(org_unit, project),
        };
        let start = after.map(|user| watched.key(org_unit, user).into_attributes());
        let values: HashMap<String, AttributeValue> = HashMap::from(watches);
        let query = self
            .client
            .query()
            .table_name(&*self.table)
            .consistent_read(true)
            .key_condition_expression(Watches::CONDITION)
            .set_expression_attribute_values(Some(values))
            .projection_expression("pk,sk")
            .set_exclusive_start_key(start)
            .limit(PAGE);
        let page = Box::pin(query.send()).await?;
        let users = page.items.unwrap_or_default();
        let users = users.iter().map(|item| Key::of_item(item)?.watcher().ok_or(CORRUPT));
        let users: Vec<UserId> = users.collect::<Result<_, _>>()?;
        let goes_on = page.last_evaluated_key.is_some();
        Ok(WatchersPage { goes_on_after: users.last().filter(|_| goes_on).cloned(), users })
    }
}
