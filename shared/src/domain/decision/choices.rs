//! What a person chose, as far as it decides what reaches them.

use std::collections::BTreeMap;

use super::setting::{Cited, RowField, Setting, SettingValue};
use crate::domain::account_email::EmailToggle;
use crate::domain::activity::ActivityToggle;
use crate::domain::channel_preference::{Category, ChannelSettings, Scope};
use crate::domain::event::Event;
use crate::domain::lead_alert::LeadEvent;

/// What a person chose. A setting that is not here follows today's default; of the rows of channel
/// preferences there are those that may rule what is decided, and the others need not be here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// The master switch of the lead alerts.
    pub notifications_enabled: Option<bool>,
    /// Which kinds of lead alerts are muted.
    pub muted: BTreeMap<LeadEvent, bool>,
    /// The account emails.
    pub email: BTreeMap<EmailToggle, bool>,
    /// The switches of the profile.
    pub activity: BTreeMap<ActivityToggle, bool>,
    /// The rows of channel preferences.
    pub rows: BTreeMap<Scope, ChannelSettings>,
}

impl Choices {
    /// Whether lead alerts are on at all.
    pub(super) fn lead_alerts(&self) -> (bool, Option<Cited>) {
        let chosen = self.notifications_enabled;
        let cited = chosen.map(|is_on| Cited::switch(Setting::NotificationsEnabled, is_on));
        (chosen.unwrap_or(true), cited)
    }

    /// Whether a kind of lead alert is muted.
    pub(super) fn mute(&self, event: LeadEvent) -> (bool, Option<Cited>) {
        let chosen = self.muted.get(&event).copied();
        (chosen.unwrap_or(false), chosen.map(|muted| Cited::switch(Setting::Mute(event), muted)))
    }

    /// Whether an account email is on.
    pub(super) fn email(&self, toggle: EmailToggle) -> (bool, Option<Cited>) {
        let chosen = self.email.get(&toggle).copied();
        let cited = chosen.map(|is_on| Cited::switch(Setting::Email(toggle), is_on));
        (chosen.unwrap_or(toggle.default_value()), cited)
    }

    /// Whether a switch of the profile is on.
    pub(super) fn activity(&self, toggle: ActivityToggle) -> (bool, Option<Cited>) {
        let chosen = self.activity.get(&toggle).copied();
        let cited = chosen.map(|is_on| Cited::switch(Setting::Activity(toggle), is_on));
        (chosen.unwrap_or(ActivityToggle::DEFAULT), cited)
    }

    /// The row that rules a category, as a whole: its own, else the global one, else the built-in
    /// one.
    pub(super) fn ruling_row(&self, category: &Category) -> RulingRow {
        let chosen = ruling(category).into_iter().find_map(|scope| {
            let settings = self.rows.get(&scope).copied();
            settings.map(|settings| RulingRow::Chosen(scope, settings))
        });
        chosen.unwrap_or(RulingRow::BuiltIn)
    }
}

/// What the rows are about that may rule a category, the most specific first.
fn ruling(category: &Category) -> [Scope; 2] {
    [Scope::Category(category.clone()), Scope::Global]
}

/// What the rows are about that may rule an event, whoever it is for: none, unless it is a message.
#[must_use]
pub fn scopes_ruling(event: &Event) -> Vec<Scope> {
    let category = event.message().map(|message| &message.category);
    category.into_iter().flat_map(ruling).collect()
}

/// The row that rules a category.
pub(super) enum RulingRow {
    Chosen(Scope, ChannelSettings),
    BuiltIn,
}

impl RulingRow {
    pub(super) fn settings(&self) -> ChannelSettings {
        match self {
            Self::Chosen(_, settings) => *settings,
            Self::BuiltIn => ChannelSettings::BUILT_IN,
        }
    }

    pub(super) fn cite(&self, field: RowField) -> Option<Cited> {
        let Self::Chosen(scope, settings) = self else { return None };
        let value = match field {
            RowField::InApp => SettingValue::Switch(settings.in_app),
            RowField::Email => SettingValue::Switch(settings.email),
            RowField::Push => SettingValue::Switch(settings.push),
            RowField::Digest => SettingValue::Digest(settings.digest),
        };
        Some(Cited { setting: Setting::Channel(scope.clone(), field), value })
    }
}
