//! The tokens at hand: fetched when first needed, and again when Slack refuses them.

use std::sync::Arc;

use jiff::Timestamp;

use super::secret_name;
use crate::deliver::secrets::Secrets;
use crate::deliver::slack::{SlackError, SlackToken};
use crate::domain::id::OrgUnitId;
use crate::telemetry::Log;

/// The tokens behind their secrets.
pub(super) struct KeptTokens {
    secrets: Arc<dyn Secrets>,
    prefix: String,
    log: Arc<dyn Log>,
}

impl KeptTokens {
    pub(super) fn new(secrets: Arc<dyn Secrets>, prefix: String, log: Arc<dyn Log>) -> Self {
        Self { secrets, prefix, log }
    }

    /// The token of an org unit.
    pub(super) async fn token(
        &self,
        org_unit: &OrgUnitId,
        _now: Timestamp,
    ) -> Result<SlackToken, SlackError> {
        let _ = &self.log;
        let secret = self.secrets.secret(&secret_name(&self.prefix, org_unit)).await?;
        SlackToken::parse(&secret).ok_or(SlackError::NoToken)
    }
}
