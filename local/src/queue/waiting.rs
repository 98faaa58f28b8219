//! Which messages there are, and when each may be handed out. In memory: a receive asks no table.

use std::collections::{BTreeMap, BTreeSet};

/// A message's id; of two that one process sent, the earlier sorts first.
pub(super) type Id = String;

/// Milliseconds since 1970.
pub(super) type Instant = i64;

/// The messages of a queue.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    messages: BTreeMap<Id, Place>,
    groups: BTreeMap<String, Group>,
    hidden: BTreeSet<(Instant, Id)>,
    turn: u64,
}

/// Where a message is.
#[derive(Debug)]
struct Place {
    group: String,
    hidden: Option<Hidden>,
}

/// Nobody sees it for now.
#[derive(Debug, Clone, Copy)]
struct Hidden {
    until: Instant,
    in_flight: bool,
}

/// The messages of one group.
#[derive(Debug, Default)]
struct Group {
    messages: usize,
    visible: BTreeSet<Id>,
    in_flight: usize,
    last_turn: u64,
}

impl Waiting {
    /// Takes a message in, which nobody sees before it is due.
    pub(super) fn add(&mut self, id: &Id, group: &str, due: Instant) {
        self.remove(id);
        self.groups.entry(group.to_owned()).or_default().messages += 1;
        let hidden = Some(Hidden { until: due, in_flight: false });
        self.messages.insert(id.clone(), Place { group: group.to_owned(), hidden });
        self.hidden.insert((due, id.clone()));
    }

    /// Forgets a message.
    pub(super) fn remove(&mut self, id: &Id) {
        let Some(Place { group: name, hidden }) = self.messages.remove(id) else { return };
        if let Some(Hidden { until, .. }) = hidden {
            self.hidden.remove(&(until, id.clone()));
        }
        let Some(group) = self.groups.get_mut(&name) else { return };
        group.visible.remove(id);
        group.messages = group.messages.saturating_sub(1);
        if hidden.is_some_and(|hidden| hidden.in_flight) {
            group.in_flight = group.in_flight.saturating_sub(1);
        }
        if group.messages == 0 {
            self.groups.remove(&name);
        }
    }

    /// Hides up to so many visible messages until that instant, and gives them. Each comes from
    /// the group that has the least of them in flight, and of several from the one whose turn was
    /// longest ago: a group with a thousand messages does not hold up one with one.
    pub(super) fn take(&mut self, most: usize, now: Instant, until: Instant) -> Vec<Id> {
        self.uncover(now);
        let mut taken = Vec::new();
        while taken.len() < most {
            let candidates = self.groups.values_mut().filter(|group| !group.visible.is_empty());
            let next = candidates.min_by_key(|group| (group.in_flight, group.last_turn));
            let Some(group) = next else { break };
            let Some(id) = group.visible.pop_first() else { break };
            self.turn += 1;
            group.last_turn = self.turn;
            group.in_flight += 1;
            if let Some(place) = self.messages.get_mut(&id) {
                place.hidden = Some(Hidden { until, in_flight: true });
            }
            self.hidden.insert((until, id.clone()));
            taken.push(id);
        }
        taken
    }

    /// Gives a message back before its time is up: nobody sees it until then.
    pub(super) fn give_back(&mut self, id: &Id, until: Instant) {
        if let Some(group) = self.messages.get(id).map(|place| place.group.clone()) {
            self.add(id, &group, until);
        }
    }

    /// When the next message is visible, in the past if one is already; never if there is none.
    pub(super) fn next_due(&self) -> Option<Instant> {
        if self.groups.values().any(|group| !group.visible.is_empty()) {
            return Some(Instant::MIN);
        }
        self.hidden.first().map(|(until, _)| *until)
    }

    /// Until when nobody sees the message; nothing if it is visible, or there is none.
    pub(super) fn hidden_until(&self, id: &Id) -> Option<Instant> {
        self.messages.get(id)?.hidden.map(|hidden| hidden.until)
    }

    /// Makes visible what is due.
    fn uncover(&mut self, now: Instant) {
        while self.hidden.first().is_some_and(|(until, _)| *until <= now) {
            let Some((_, id)) = self.hidden.pop_first() else { return };
            let Some(place) = self.messages.get_mut(&id) else { continue };
            let was_in_flight = place.hidden.take().is_some_and(|hidden| hidden.in_flight);
            let Some(group) = self.groups.get_mut(&place.group) else { continue };
            if was_in_flight {
                group.in_flight = group.in_flight.saturating_sub(1);
            }
            group.visible.insert(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes up to so many at that second, for ten seconds.
    fn take(waiting: &mut Waiting, most: usize, second: Instant) -> Vec<Id> {
        waiting.take(most, second * 1000, (second + 10) * 1000)
    }

    fn add(waiting: &mut Waiting, id: &str, group: &str, second: Instant) {
        waiting.add(&id.to_owned(), group, second * 1000);
    }

    #[test]
    fn a_message_is_seen_when_it_is_due_and_again_when_its_time_is_up() {
        let mut waiting = Waiting::default();
        add(&mut waiting, "1", "acme", 0);
        add(&mut waiting, "2", "acme", 5);
        assert_eq!(take(&mut waiting, 10, 0), ["1"]);
        assert_eq!(waiting.next_due(), Some(5000));
        assert_eq!(take(&mut waiting, 10, 4), [""; 0]);
        assert_eq!(take(&mut waiting, 10, 5), ["2"]);
        assert_eq!(take(&mut waiting, 10, 9), [""; 0]);
        assert_eq!(take(&mut waiting, 10, 15), ["1", "2"]);
        waiting.give_back(&"1".to_owned(), 16_000);
        waiting.remove(&"2".to_owned());
        assert_eq!(waiting.hidden_until(&"1".to_owned()), Some(16_000));
        assert_eq!(take(&mut waiting, 10, 16), ["1"]);
        waiting.remove(&"1".to_owned());
        assert_eq!((waiting.next_due(), waiting.groups.len()), (None, 0));
    }

    #[test]
    fn what_is_in_flight_counts_against_its_group() {
        let mut waiting = Waiting::default();
        for id in ["1", "2", "3"] {
            add(&mut waiting, id, "acme", 0);
        }
        assert_eq!(take(&mut waiting, 2, 0), ["1", "2"]);
        for id in ["4", "5", "6"] {
            add(&mut waiting, id, "globex", 1);
        }
        assert_eq!(take(&mut waiting, 2, 1), ["4", "5"], "acme has two in flight already");
        assert_eq!(take(&mut waiting, 9, 1), ["3", "6"], "now both have, and acme's turn is older");
    }
}
