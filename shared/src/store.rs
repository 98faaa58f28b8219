//! What is stored, in one DynamoDB table.
//!
//! A method reads like the question it answers, takes whom it answers for, and makes the
//! round trips that `ARCHITECTURE.md` allows it.

mod accepted_events;
mod account_email;
mod activity;
mod actors;
mod address_digest;
mod answered;
mod api_keys;
mod attribute;
mod batch;
mod channel_leaves;
mod channel_preferences;
mod client;
mod deliveries;
mod digests;
mod directory;
mod erasing;
mod erasures;
mod error;
mod event_digest;
mod exporting;
mod expression;
mod inbox;
mod kept_choices;
mod keys;
mod lead_alerts;
mod leaves;
mod member_counts;
mod member_entry;
mod member_leaves;
mod members;
mod named;
mod push_subscriptions;
mod recipients;
mod repeats;
mod retry;
mod slack_identity;
mod slack_leaves;
mod slack_mapping;
mod slack_members;
mod slack_sync;
mod slack_unreachable;
mod subject_pages;
mod transaction;
mod undeliverable;
mod units;
mod unsubscribing;
mod watches;

use std::sync::Arc;

pub use accepted_events::{Acceptance, AcceptedEvent, FoundEvent};
pub use address_digest::AddressDigest;
pub use channel_preferences::RowToSet;
pub use deliveries::{Claim, DELIVERY_LEASE, DeliveriesPage, Delivery, DeliveryCursor};
pub use digests::{
    DUE_PAGE, Digest, DigestEnding, DigestPage, DigestPlace, DuePage, DuePlace, Joining, NextDue,
    WaitingItem,
};
pub use erasing::Swept;
pub use erasures::{Erasure, ErasureMark, ErasureMarks};
pub use error::StoreError;
pub use event_digest::{EventDigest, ToldDigest};
pub use exporting::Kept;
pub use inbox::Cause;
pub use kept_choices::{KeptChoices, KeptEntry, KeptSubscription};
pub use push_subscriptions::AddedPushSubscription;
pub(crate) use repeats::RepeatDigest;
pub use slack_identity::SlackIdentity;
pub use slack_mapping::Remapping;
pub use slack_sync::{SYNC_LEASE, SyncPlace, SyncStart};
pub use subject_pages::SubjectPlace;
pub use watches::{
    Attachment, Flipped, SeenWatch, WatchError, WatchRow, Watched, WatchersPage, Written,
};

use crate::aws::Connector;
use crate::config::{AwsConfig, StoreConfig};

/// The table, and the way to it.
pub struct Store {
    client: aws_sdk_dynamodb::Client,
    table: Arc<str>,
    connector: Connector,
    endpoint: String,
}

impl Store {
    /// Prepares the way to the table; connects when first used.
    #[must_use]
    pub fn new(aws: &AwsConfig, config: &StoreConfig, connector: Connector) -> Self {
        Self {
            client: client::build(aws, config, &connector),
            table: Arc::from(config.table.as_str()),
            endpoint: client::endpoint(aws, config),
            connector,
        }
    }

    /// Opens a connection ahead of the first request, while Lambda grants a full CPU: name look-up
    /// and TLS are most of what a first request would wait for. It needs no permission, sends no
    /// credential, and it does not matter if it fails.
    pub async fn preconnect(&self) {
        self.connector.warm_up(&self.endpoint).await;
    }
}
