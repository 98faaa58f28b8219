//! Everything in a person's one item, for the person.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::leaves::Leaves;
use super::member_leaves::MemberLeaf;
use super::push_subscriptions::kept_subscriptions;
use super::slack_leaves::{SLACK_OVERRIDE, slack_user};
use super::undeliverable::take_marks;
use super::{StoreError, account_email, activity, channel_preferences, lead_alerts};
use crate::domain::account_email::AccountEmailPreferences;
use crate::domain::channel_preference::ChannelPreference;
use crate::domain::id::OrgMemberId;
use crate::domain::lead_alert::LeadAlertPreferences;
use crate::domain::profile::Profile;
use crate::domain::slack::SlackUserId;
use crate::domain::subject::Subject;

/// Everything in a person's one item.
pub struct KeptChoices {
    /// Their lead alerts.
    pub lead_alerts: LeadAlertPreferences,
    /// Their rows of channel preferences.
    pub rows: Vec<ChannelPreference>,
    /// Which account emails they get.
    pub account_email: AccountEmailPreferences,
    /// Who the directory says they are, and their activity preferences.
    pub profile: Profile,
    /// What the directory says of them, by entry.
    pub entries: Vec<(OrgMemberId, KeptEntry)>,
    /// The Slack user that they are mapped to.
    pub slack_user: Option<SlackUserId>,
    /// Whether an admin said so.
    pub is_slack_override: bool,
    /// Their push subscriptions, each by its id: its endpoint, and since when it is there.
    pub push: Vec<KeptSubscription>,
    /// Since when addresses of theirs are not written to any more, each by its digest.
    pub undeliverable: Vec<(Timestamp, String)>,
}

/// What an entry of the directory says of a person.
pub struct KeptEntry {
    /// The address.
    pub email: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// Where their picture is.
    pub profile_picture: Option<String>,
    /// Whether they took up the invitation.
    pub is_confirmed: bool,
    /// The time zone that they live by.
    pub zone: Option<String>,
}

/// A push subscription, without its keys.
pub struct KeptSubscription {
    /// Its id.
    pub id: String,
    /// Where messages for it go.
    pub endpoint: String,
    /// Since when it is there.
    pub created_at: Timestamp,
}

impl KeptChoices {
    pub(super) fn read(
        subject: &Subject,
        item: &HashMap<String, AttributeValue>,
    ) -> Result<Self, StoreError> {
        let leaves = || Leaves::from(Some(item.clone()));
        let instant = |at| {
            Timestamp::from_microsecond(at)
                .map_err(|_out_of_range| StoreError::Corrupt { leaf: "undeliverable" })
        };
        let marks = take_marks(&mut leaves())?.into_iter();
        let marks = marks.map(|(at, address)| Ok((instant(at)?, address.as_str().to_owned())));
        let entries = MemberLeaf::take_by_entry(&mut leaves())?.into_iter();
        Ok(Self {
            lead_alerts: lead_alerts::take(leaves())?,
            rows: channel_preferences::take_rows(leaves())?,
            account_email: account_email::take(leaves())?,
            profile: activity::take(leaves(), &subject.user, None)?,
            entries: entries.map(|(member, leaf)| (member, leaf.into_kept())).collect(),
            slack_user: slack_user(&mut leaves())?,
            is_slack_override: leaves().take(SLACK_OVERRIDE)?.unwrap_or(false),
            push: kept_subscriptions(leaves())?,
            undeliverable: marks.collect::<Result<_, StoreError>>()?,
        })
    }
}
