//! Lead alerts: Slack direct messages about the leads a person owns.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::slack::SlackUserId;

/// Something that happened to a lead, and that its owner may hear about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeadEvent {
    /// The lead's score crossed a milestone upward.
    MilestoneEntered,
    /// The lead's score dropped below a milestone.
    MilestoneExited,
    /// The lead went through a configured sequence of events.
    SequenceCompleted,
    /// A surge trigger fired on the lead.
    SurgeFired,
}

impl LeadEvent {
    /// Every event, in the order in which answers list them.
    pub const ALL: [Self; 4] =
        [Self::MilestoneEntered, Self::MilestoneExited, Self::SequenceCompleted, Self::SurgeFired];

    /// The event's name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MilestoneEntered => "milestone.entered",
            Self::MilestoneExited => "milestone.exited",
            Self::SequenceCompleted => "sequence.completed",
            Self::SurgeFired => "surge.fired",
        }
    }
}

/// The name is not one of [`LeadEvent::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of milestone.entered, milestone.exited, sequence.completed, surge.fired")]
pub struct UnknownLeadEvent;

impl FromStr for LeadEvent {
    type Err = UnknownLeadEvent;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|event| event.name() == name).ok_or(UnknownLeadEvent)
    }
}

/// What a person wants to hear about their leads.
///
/// The switch and the mutes do not touch each other: whoever turns the switch off and on again
/// finds every mute as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadAlertPreferences {
    /// The master switch: off silences every lead alert.
    pub notifications_enabled: bool,
    /// The Slack user that the messages go to, once mapped.
    pub slack_user_id: Option<SlackUserId>,
    muted: BTreeMap<LeadEvent, bool>,
}

impl LeadAlertPreferences {
    /// Preferences from what is stored; what was never set is enabled and unmuted.
    #[must_use]
    pub fn from_stored(
        notifications_enabled: Option<bool>,
        slack_user_id: Option<SlackUserId>,
        muted: BTreeMap<LeadEvent, bool>,
    ) -> Self {
        Self { notifications_enabled: notifications_enabled.unwrap_or(true), slack_user_id, muted }
    }

    /// Whether the person muted this kind of event.
    #[must_use]
    pub fn is_muted(&self, event: LeadEvent) -> bool {
        self.muted.get(&event).copied().unwrap_or(false)
    }
}

/// A change to lead-alert preferences: what it does not mention stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeadAlertChange {
    /// The master switch, if it is to be set.
    pub notifications_enabled: Option<bool>,
    /// The events to mute (`true`) or unmute (`false`).
    pub muted: BTreeMap<LeadEvent, bool>,
}

impl LeadAlertChange {
    /// Whether the change mentions nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { notifications_enabled, muted } = self;
        notifications_enabled.is_none() && muted.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_found_by_its_name() {
        for event in LeadEvent::ALL {
            assert_eq!(event.name().parse(), Ok(event));
        }
        assert_eq!("milestone.reached".parse::<LeadEvent>(), Err(UnknownLeadEvent));
    }

    #[test]
    fn what_was_never_set_is_enabled_and_unmuted() {
        let preferences = LeadAlertPreferences::from_stored(None, None, BTreeMap::new());
        assert!(preferences.notifications_enabled);
        assert!(LeadEvent::ALL.iter().all(|event| !preferences.is_muted(*event)));
    }
}
