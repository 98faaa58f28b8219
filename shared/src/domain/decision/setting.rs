//! What a decision cites: a setting that a person made, and what it held.

use std::fmt;

use crate::domain::account_email::EmailToggle;
use crate::domain::activity::ActivityToggle;
use crate::domain::channel_preference::{Digest, Scope};
use crate::domain::lead_alert::LeadEvent;

/// A setting, and what it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// Which it is.
    pub setting: Setting,
    /// What it held.
    pub value: SettingValue,
}

impl Cited {
    pub(super) fn switch(setting: Setting, is_on: bool) -> Self {
        Self { setting, value: SettingValue::Switch(is_on) }
    }
}

/// Something that a person chose. Its text is its name on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// The master switch of the lead alerts.
    NotificationsEnabled,
    /// Whether a kind of lead alert is muted.
    Mute(LeadEvent),
    /// A field of a row of channel preferences.
    Channel(Scope, RowField),
    /// One of the account emails.
    Email(EmailToggle),
    /// One of the switches of the profile.
    Activity(ActivityToggle),
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotificationsEnabled => f.write_str("notifications_enabled"),
            Self::Mute(event) => write!(f, "mute.{}", event.name()),
            Self::Channel(Scope::Global, field) => write!(f, "channel.*.{}", field.name()),
            Self::Channel(Scope::Category(category), field) => {
                write!(f, "channel.{category}.{}", field.name())
            }
            Self::Email(toggle) => write!(f, "email.{}", toggle.name()),
            Self::Activity(toggle) => write!(f, "activity.{}", toggle.name()),
        }
    }
}

/// A field of a row of channel preferences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowField {
    /// Whether notifications reach the inbox.
    InApp,
    /// Whether they go out as email.
    Email,
    /// Whether they are pushed to devices.
    Push,
    /// How email is batched.
    Digest,
}

impl RowField {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InApp => "in_app_enabled",
            Self::Email => "email_enabled",
            Self::Push => "push_enabled",
            Self::Digest => "digest",
        }
    }
}

/// What a setting held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingValue {
    /// Of a switch: whether it is on. A mute is on when it mutes.
    Switch(bool),
    /// Of a row's digest: how email is batched.
    Digest(Digest),
}
