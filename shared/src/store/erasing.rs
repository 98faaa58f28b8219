//! Erasing what is kept of a person: page by page, each item in the way that leaves everyone else's right.
//!
//! What is there twice is erased once, and what is erased already is passed over: whoever is cut off begins
//! anew.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;

use super::expression::Expression;
use super::keys::{Key, Kind, Part, member_shard};
use super::member_counts::{CONFIRMED, MAPPED};
use super::member_entry::{Count, Entry, IS_CONFIRMED, IS_MAPPED, STAMP, USER};
use super::{Store, StoreError, SubjectPlace};
use crate::domain::id::{OrgMemberId, ProjectId};
use crate::domain::subject::Subject;
use crate::store::attribute::text;

/// How many items are erased at a time that take more than being deleted.
const AT_A_TIME: usize = 8;

/// What nobody knows how to erase.
const UNKNOWN: StoreError = StoreError::Corrupt { leaf: "index" };

/// What came of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Swept {
    /// How many items were found. The index may still name what is gone.
    pub found: usize,
    /// Where it goes on; nothing, at the end.
    pub next: Option<SubjectPlace>,
}

impl Store {
    /// Erases a page of what is kept of a person: one `Query`, a `BatchWriteItem` for each 25 items, and for
    /// each event, entry of the directory, report watch and row of someone else's inbox what that takes.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the page may then be erased in part, and erasing it again is safe.
    pub async fn sweep(
        &self,
        subject: &Subject,
        place: &SubjectPlace,
        now: Timestamp,
    ) -> Result<Swept, StoreError> {
        let (items, next) = self.subject_page(subject, place).await?;
        let keys: Vec<Key> = items.iter().map(Key::of_item).collect::<Result<_, _>>()?;
        let found = keys.len();
        match place.part {
            Part::Own => self.delete_all(keys).await?,
            Part::About => self.sweep_elsewhere(subject, keys, now).await?,
            Part::Did(_) => self.sweep_what_they_did(subject, keys).await?,
        }
        Ok(Swept { found, next })
    }

    /// Whether anything of a person can be found: 18 `Query`, side by side.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if that cannot be read.
    pub async fn is_anything_kept(&self, subject: &Subject) -> Result<bool, StoreError> {
        let parts = stream::iter(SubjectPlace::of_each_part());
        let found = parts.map(async |place| {
            let (items, _) = self.subject_page(subject, &place).await?;
            Ok::<_, StoreError>(!items.is_empty())
        });
        let found: Vec<bool> = found.buffer_unordered(AT_A_TIME).try_collect().await?;
        Ok(found.contains(&true))
    }

    async fn sweep_elsewhere(
        &self,
        subject: &Subject,
        keys: Vec<Key>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut plain = Vec::new();
        let mut others = Vec::new();
        for key in keys {
            match key.kind().ok_or(UNKNOWN)? {
                Kind::ProjectMember(_) | Kind::TeamMember(_) | Kind::IssueWatch(..) => {
                    plain.push(key);
                }
                kind @ (Kind::Event(_)
                | Kind::Named(_)
                | Kind::Member(_)
                | Kind::ReportWatch(_)) => others.push((key, kind)),
                Kind::Choices
                | Kind::Notification
                | Kind::Delivery
                | Kind::Repeat
                | Kind::Digest
                | Kind::WaitingItem => return Err(UNKNOWN),
            }
        }
        self.delete_all(plain).await?;
        let swept = stream::iter(others).map(|(key, kind)| self.sweep_one(subject, key, kind, now));
        swept.buffer_unordered(AT_A_TIME).try_collect().await
    }

    async fn sweep_one(
        &self,
        subject: &Subject,
        key: Key,
        kind: Kind,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Subject { org_unit, user } = subject;
        match kind {
            Kind::Event(event) => {
                self.erase_from_event(org_unit, &event, &[user], now).await.map(drop)
            }
            Kind::Named(event) => {
                self.erase_from_event(org_unit, &event, &[user], now).await?;
                self.delete_all([key]).await
            }
            Kind::Member(member) => self.erase_entry(subject, &member).await,
            Kind::ReportWatch(project) => self.erase_report_watch(subject, &project).await,
            Kind::Choices
            | Kind::Notification
            | Kind::Delivery
            | Kind::Repeat
            | Kind::Digest
            | Kind::WaitingItem
            | Kind::ProjectMember(_)
            | Kind::TeamMember(_)
            | Kind::IssueWatch(..) => self.delete_all([key]).await,
        }
    }

    /// Takes an entry of the directory away, and what it adds to the counts, if it is as it was read; if not,
    /// the index still leads to it. The leaf in the person's item goes with that.
    async fn erase_entry(
        &self,
        Subject { org_unit, user }: &Subject,
        member: &OrgMemberId,
    ) -> Result<(), StoreError> {
        let key = Key::of_member(org_unit, member);
        let item = self.read_item(key.clone()).await?;
        let is_confirmed = item.get(IS_CONFIRMED).cloned();
        let Entry { stamp, user: of, is_mapped, count } = Entry::of(item)?;
        // It is about someone else by now, or nobody.
        if of.as_ref() != Some(user) {
            return Ok(());
        }
        let same = Expression::default()
            .if_still(STAMP, stamp.map(AttributeValue::S))
            .if_still(USER, Some(text(user.as_str())))
            .if_still(IS_CONFIRMED, is_confirmed)
            .if_still(IS_MAPPED, is_mapped);
        let mut parts = vec![self.deletion_of_transaction(key, same)?];
        if count != Count::NONE {
            let counts =
                Expression::default().add(CONFIRMED, -count.confirmed).add(MAPPED, -count.mapped);
            let of_counts = Key::of_member_count(org_unit, member_shard(member));
            parts.push(self.part_of_transaction(of_counts, counts)?);
        }
        self.write_all_or_none(parts).await.map(drop)
    }

    /// Takes a report watch away, and counts it no more, if it is as it was read.
    async fn erase_report_watch(
        &self,
        Subject { org_unit, user }: &Subject,
        project: &ProjectId,
    ) -> Result<(), StoreError> {
        let key = Key::of_report_watch(org_unit, project, user);
        let item = self.read_item(key.clone()).await?;
        if item.is_empty() {
            return Ok(());
        }
        let parts = self.parts_without_report_watch(org_unit, project, key, &item)?;
        self.write_all_or_none(parts).await.map(drop)
    }

    /// Takes the person out of the rows of others that tell of what they did.
    async fn sweep_what_they_did(
        &self,
        subject: &Subject,
        keys: Vec<Key>,
    ) -> Result<(), StoreError> {
        let rows: HashMap<Key, _> = self.batch_get(keys).await?;
        let swept = stream::iter(rows).map(|(key, row)| self.forget_actor(subject, key, row));
        swept.buffer_unordered(AT_A_TIME).try_collect().await
    }
}
