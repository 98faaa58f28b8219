//! Which members of an org unit are which Slack users.

/// A sync of Slack users has not come to its end, and goes on when it is asked for again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sync goes on when it is asked for again ({why})")]
pub struct SyncUnfinished {
    /// In how many seconds.
    pub retry_after: u32,
    /// Why: `time`, if its time was up; `slack`, if Slack asked to be left alone or is out of reach;
    /// `running`, if someone else's is running.
    pub why: &'static str,
}

impl SyncUnfinished {
    /// What the log calls it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        "slack_sync.unfinished"
    }

    /// What the log adds: why.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        Some(self.why)
    }
}
