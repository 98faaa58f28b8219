//! What is stored, in one DynamoDB table.
//!
//! A method reads like the question it answers, takes the caller it answers for, and makes the
//! round trips that `ARCHITECTURE.md` allows it.

mod account_email;
mod activity;
mod api_keys;
mod batch;
mod channel_leaves;
mod channel_preferences;
mod client;
mod error;
mod keys;
mod lead_alerts;
mod leaves;
mod retry;

use std::sync::Arc;

pub use channel_preferences::RowToSet;
pub use client::ConnectError;
pub use error::StoreError;

use crate::config::StoreConfig;

/// The table, and the way to it.
pub struct Store {
    client: aws_sdk_dynamodb::Client,
    table: Arc<str>,
    warm_up: client::WarmUp,
}

impl Store {
    /// Prepares the way to the table; connects when first used.
    ///
    /// # Errors
    ///
    /// [`ConnectError`] if the certificates to trust cannot be read.
    pub fn new(config: StoreConfig) -> Result<Self, ConnectError> {
        let table = Arc::from(config.table.as_str());
        let (client, warm_up) = client::build(config)?;
        Ok(Self { client, table, warm_up })
    }

    /// Opens a connection ahead of the first request, while Lambda grants a full CPU: name look-up
    /// and TLS are most of what a first request would wait for. It needs no permission, sends no
    /// credential, and it does not matter if it fails.
    pub async fn preconnect(&self) {
        self.warm_up.run().await;
    }
}
