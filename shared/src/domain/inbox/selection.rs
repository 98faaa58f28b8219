//! What a person picks out of their inbox.

use std::collections::BTreeSet;

use super::NotificationId;

/// The most notifications that may be picked at once.
const MOST: usize = 100;

/// Notifications that a person named, 1 to 100, in the order and as often as they did. Whether they
/// are theirs is another question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection(Vec<Option<NotificationId>>);

/// There are none, or too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must hold 1 to 100 ids")]
pub struct InvalidSelection;

impl Selection {
    /// A selection of those; nothing stands for a number that no notification can have.
    ///
    /// # Errors
    ///
    /// [`InvalidSelection`], unless they are 1 to 100. Repeats count.
    pub fn new(ids: Vec<Option<NotificationId>>) -> Result<Self, InvalidSelection> {
        Self::check_length(ids.len())?;
        Ok(Self(ids))
    }

    /// Whether so many ids may be picked, before it is known what they are.
    ///
    /// # Errors
    ///
    /// As [`Selection::new`].
    pub fn check_length(length: usize) -> Result<(), InvalidSelection> {
        if (1..=MOST).contains(&length) { Ok(()) } else { Err(InvalidSelection) }
    }

    /// Those that may be there, each once: what is past the cut-off is gone.
    #[must_use]
    pub fn since(&self, cut_off: NotificationId) -> BTreeSet<NotificationId> {
        self.0.iter().flatten().copied().filter(|id| *id >= cut_off).collect()
    }

    /// The places of all that are not among those, from 0.
    #[must_use]
    pub fn places_outside(&self, those: &BTreeSet<NotificationId>) -> Vec<usize> {
        let is_outside = |id: &Option<NotificationId>| id.is_none_or(|id| !those.contains(&id));
        let places = self.0.iter().enumerate().filter(|(_, id)| is_outside(id));
        places.map(|(place, _)| place).collect()
    }
}
