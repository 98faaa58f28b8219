//! What is said to people about their account.

use std::str::FromStr;

use deserr::{DeserializeError, Deserr, IntoValue, Value, ValuePointerRef};
use serde::{Deserialize, Serialize};

use super::Recipients;
use crate::domain::account_email::EmailToggle;
use crate::domain::form::{read_name, stored_as_text};
use crate::domain::text::{Line, NoticeText};

/// `account.notice`: an email about their account is for some people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct AccountNotice {
    /// What it is about, and so which toggle rules it.
    pub toggle: NoticeKind,
    /// Whom it is for.
    pub recipients: Recipients,
    /// The email's subject.
    pub subject: Line,
    /// The email's text.
    pub text: NoticeText,
}

/// What an account notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// The account's security; nobody can do without these.
    SecurityAlerts,
    /// Something that a person may do without.
    Optional(EmailToggle),
}

impl NoticeKind {
    /// Every kind there is.
    pub const ALL: [Self; 5] = [
        Self::Optional(EmailToggle::ProductUpdates),
        Self::Optional(EmailToggle::DeliveryAlerts),
        Self::Optional(EmailToggle::BillingReceipts),
        Self::Optional(EmailToggle::WeeklyUsageDigest),
        Self::SecurityAlerts,
    ];

    /// The name on the wire: the toggle's, or `security_alerts`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SecurityAlerts => "security_alerts",
            Self::Optional(toggle) => toggle.name(),
        }
    }
}

/// The name is not one of [`NoticeKind::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a kind of account notice")]
pub struct UnknownNoticeKind;

impl FromStr for NoticeKind {
    type Err = UnknownNoticeKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or(UnknownNoticeKind)
    }
}

stored_as_text!(NoticeKind, name);

impl<E: DeserializeError> Deserr<E> for NoticeKind {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, E> {
        read_name(Self::ALL, Self::name, value, location)
    }
}
