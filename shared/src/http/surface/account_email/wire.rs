//! What a body may say, and what an answer shows.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde::Serialize;

use crate::domain::account_email::{AccountEmailPatch, AccountEmailPreferences, EmailToggle};
use crate::http::violation::{IfGiven, Violation, ViolationKind, Violations};

/// The body of `PATCH /v1/me/notifications`.
#[derive(Debug, Default, Deserr)]
#[deserr(error = Violations, deny_unknown_fields)]
pub struct AccountEmailBody {
    #[deserr(default)]
    email: IfGiven<Toggles>,
}

#[derive(Debug, Default, Deserr)]
#[deserr(error = Violations, deny_unknown_fields)]
struct Toggles {
    #[deserr(default)]
    product_updates: IfGiven<bool>,
    #[deserr(default)]
    delivery_alerts: IfGiven<bool>,
    #[deserr(default)]
    billing_receipts: IfGiven<bool>,
    #[deserr(default)]
    weekly_usage_digest: IfGiven<bool>,
    #[deserr(default)]
    security_alerts: IfGiven<Immutable>,
}

/// A toggle that exists and is nobody's to set: every value is refused.
#[derive(Debug)]
enum Immutable {}

impl Deserr<Violations> for Immutable {
    fn deserialize_from_value<V: IntoValue>(
        _: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Violations> {
        Err(Violation { path: location.into(), kind: ViolationKind::Immutable }.into())
    }
}

impl From<AccountEmailBody> for AccountEmailPatch {
    fn from(AccountEmailBody { email }: AccountEmailBody) -> Self {
        let Toggles {
            product_updates,
            delivery_alerts,
            billing_receipts,
            weekly_usage_digest,
            security_alerts: IfGiven(None | Some(_)),
        } = email.0.unwrap_or_default();
        let named = [
            (EmailToggle::ProductUpdates, product_updates),
            (EmailToggle::DeliveryAlerts, delivery_alerts),
            (EmailToggle::BillingReceipts, billing_receipts),
            (EmailToggle::WeeklyUsageDigest, weekly_usage_digest),
        ];
        let given = named.into_iter().filter_map(|(toggle, value)| Some((toggle, value.0?)));
        Self(given.collect())
    }
}

/// The answer: every toggle, defaults filled in.
#[derive(Debug, Serialize)]
pub struct AccountEmailView {
    success: bool,
    data: Channels,
}

#[derive(Debug, Serialize)]
struct Channels {
    email: Email,
}

#[derive(Debug, Serialize)]
struct Email {
    product_updates: bool,
    delivery_alerts: bool,
    billing_receipts: bool,
    weekly_usage_digest: bool,
}

impl From<AccountEmailPreferences> for AccountEmailView {
    fn from(preferences: AccountEmailPreferences) -> Self {
        let email = Email {
            product_updates: preferences.is_on(EmailToggle::ProductUpdates),
            delivery_alerts: preferences.is_on(EmailToggle::DeliveryAlerts),
            billing_receipts: preferences.is_on(EmailToggle::BillingReceipts),
            weekly_usage_digest: preferences.is_on(EmailToggle::WeeklyUsageDigest),
        };
        Self { success: true, data: Channels { email } }
    }
}
