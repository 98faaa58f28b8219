//! Whom it is decided about.

use super::{Channel, Choices, Standing};
use crate::domain::id::UserId;
use crate::domain::slack::SlackUserId;
use crate::domain::text::{EmailAddress, ZoneName};

/// Someone whom an event may be for: what they chose, and how things stand with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who it is.
    pub user: UserId,
    /// What they chose.
    pub choices: Choices,
    /// How they can be reached.
    pub reach: Reach,
    /// The time zone that their days end in; UTC if it is not known.
    pub zone: Option<ZoneName>,
    /// How they stand to what the event is about.
    pub standing: Standing,
}

impl Recipient {
    /// Someone of whom nothing is stored.
    #[must_use]
    pub fn unknown(user: UserId) -> Self {
        Self {
            user,
            choices: Choices::default(),
            reach: Reach::default(),
            zone: None,
            standing: Standing::default(),
        }
    }
}

/// Where a person has an address. An inbox everybody has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Where email goes: the address that the directory has, unless it is known that none arrives there
    /// or that none is wanted.
    pub email: Option<EmailAddress>,
    /// A device is subscribed.
    pub push: bool,
    /// The Slack user that they are mapped to, unless it is known that nothing arrives there, or the
    /// directory does not know them any more.
    pub slack: Option<SlackUserId>,
}

impl Reach {
    pub(super) const fn includes(&self, channel: Channel) -> bool {
        match channel {
            Channel::InApp => true,
            Channel::Email => self.email.is_some(),
            Channel::Push => self.push,
            Channel::Slack => self.slack.is_some(),
        }
    }
}
