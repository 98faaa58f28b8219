//! What is asked: how an event would reach some people.

use std::borrow::Cow;
use std::collections::HashMap;

use deserr::{DeserializeError, Deserr, IntoValue, Value, ValuePointerRef};
use jiff::Timestamp;

use super::{Channel, Decision, Recipient, decide};
use crate::domain::event::Event;
use crate::domain::form::refused;
use crate::domain::id::UserId;

/// How an event would reach some people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The event. It need not have happened.
    pub event: Event,
    /// The people.
    pub recipients: AskedAbout,
}

/// The answer about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Who it is.
    pub recipient: UserId,
    /// What is decided on each channel, in the channels' order.
    pub decisions: [(Channel, Decision); 4],
}

impl Question {
    /// Answers it: about each person in the order asked, and again about those who are asked about
    /// again. Who is not among those known is someone of whom nothing is stored.
    #[must_use]
    pub fn answer(&self, known: &HashMap<UserId, Recipient>, now: Timestamp) -> Vec<Answer> {
        let about = |user: &UserId| {
            let recipient = known
                .get(user)
                .map_or_else(|| Cow::Owned(Recipient::unknown(user.clone())), Cow::Borrowed);
            let decided = |channel| (channel, decide(&self.event, &recipient, channel, now));
            Answer { recipient: user.clone(), decisions: Channel::ALL.map(decided) }
        };
        self.recipients.iter().map(about).collect()
    }
}

/// Whom a question is about: 1 to 100 people in their order, some of them perhaps more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedAbout(Vec<UserId>);

/// The list of people is too short or too long. The text is the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must list 1 to 100 user ids")]
pub struct InvalidAskedAbout;

impl AskedAbout {
    /// Each of them, as often as they are asked about.
    pub fn iter(&self) -> impl Iterator<Item = &UserId> {
        self.0.iter()
    }
}

impl TryFrom<Vec<UserId>> for AskedAbout {
    type Error = InvalidAskedAbout;

    fn try_from(people: Vec<UserId>) -> Result<Self, InvalidAskedAbout> {
        if (1..=100).contains(&people.len()) { Ok(Self(people)) } else { Err(InvalidAskedAbout) }
    }
}

impl<E: DeserializeError> Deserr<E> for AskedAbout {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, E> {
        let people = Vec::<UserId>::deserialize_from_value(value, location)?;
        Self::try_from(people).map_err(|rule| refused::<V, E>(&rule, location))
    }
}
