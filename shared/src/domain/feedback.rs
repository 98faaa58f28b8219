//! What comes back of an email after it was handed over.

use serde::{Deserialize, Serialize};

/// Why an address is not written to any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyUndeliverable {
    /// An email to it bounced, for good.
    Bounce,
    /// Whoever reads what arrives there called an email unwanted.
    Complaint,
}
