//! Account email: which emails about their account a person gets.

use std::collections::BTreeMap;

/// An account email that a person may do without. Security alerts are not among them: those are
/// always sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EmailToggle {
    /// News about the product.
    ProductUpdates,
    /// Alerts about deliveries that fail.
    DeliveryAlerts,
    /// Receipts.
    BillingReceipts,
    /// A summary of the week.
    WeeklyUsageDigest,
}

impl EmailToggle {
    /// Every toggle, in the order in which answers list them.
    pub const ALL: [Self; 4] = [
        Self::ProductUpdates,
        Self::DeliveryAlerts,
        Self::BillingReceipts,
        Self::WeeklyUsageDigest,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProductUpdates => "product_updates",
            Self::DeliveryAlerts => "delivery_alerts",
            Self::BillingReceipts => "billing_receipts",
            Self::WeeklyUsageDigest => "weekly_usage_digest",
        }
    }

    /// What holds while the person has not chosen.
    #[must_use]
    pub const fn default_value(self) -> bool {
        match self {
            Self::ProductUpdates | Self::DeliveryAlerts | Self::BillingReceipts => true,
            Self::WeeklyUsageDigest => false,
        }
    }
}

/// What a person chose. What they did not choose follows today's default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountEmailPreferences(BTreeMap<EmailToggle, bool>);

impl AccountEmailPreferences {
    /// Preferences from what is stored.
    #[must_use]
    pub fn from_stored(chosen: BTreeMap<EmailToggle, bool>) -> Self {
        Self(chosen)
    }

    /// Whether the person gets this email.
    #[must_use]
    pub fn is_on(&self, toggle: EmailToggle) -> bool {
        self.0.get(&toggle).copied().unwrap_or(toggle.default_value())
    }
}

/// New values for some toggles; what is not mentioned stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountEmailPatch(pub BTreeMap<EmailToggle, bool>);
