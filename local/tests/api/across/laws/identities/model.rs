//! A plain model of who is who at Slack.

use std::collections::BTreeMap;

/// A Slack user.
#[derive(Debug, Clone, Copy)]
pub(super) struct SlackUser {
    pub(super) email: Option<usize>,
    pub(super) is_active: bool,
}

/// What an event says of a member.
#[derive(Debug, Clone, Copy)]
pub(super) enum Directory {
    Removed,
    Is { user: usize, email: usize, confirmed: bool },
}

/// Whom a person is mapped to, and whether an admin said so.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mapping {
    pub(super) mapped_to: Option<usize>,
    pub(super) is_override: bool,
}

#[derive(Default)]
pub(super) struct Model {
    pub(super) slack: BTreeMap<usize, SlackUser>,
    /// What the last event about each member said, and in which turn it came.
    members: BTreeMap<usize, (usize, Directory)>,
    mappings: BTreeMap<usize, Mapping>,
}

impl Model {
    pub(super) fn tell(&mut self, member: usize, turn: usize, is: Directory) {
        self.members.insert(member, (turn, is));
    }

    /// An admin says who a member is; gives whether there is such a member.
    pub(super) fn put(&mut self, member: usize, to: Option<usize>) -> bool {
        let Some((_, Directory::Is { user, .. })) = self.members.get(&member) else {
            return false;
        };
        self.mappings.insert(*user, Mapping { mapped_to: to, is_override: true });
        true
    }

    pub(super) fn mapping(&self, user: usize) -> Mapping {
        self.mappings.get(&user).copied().unwrap_or_default()
    }

    /// The confirmed members, each with its turn, the user and the address.
    fn confirmed(&self) -> impl Iterator<Item = (usize, usize, usize, usize)> {
        self.members.iter().filter_map(|(member, (turn, is))| match is {
            Directory::Is { user, email, confirmed: true } => Some((*member, *turn, *user, *email)),
            Directory::Is { .. } | Directory::Removed => None,
        })
    }

    /// Looks everyone up. Gives how many members are mapped who were not; nothing, if nobody's address
    /// is to be seen and somebody is there.
    pub(super) fn sync(&mut self) -> Option<usize> {
        let sees_addresses = self.slack.values().any(|user| user.email.is_some());
        if !sees_addresses && self.slack.values().any(|user| user.is_active) {
            return None;
        }
        let mut addresses: BTreeMap<usize, (usize, usize, usize)> = BTreeMap::new();
        for (_, turn, user, email) in self.confirmed() {
            let (newest, address, members) = addresses.entry(user).or_default();
            *members += 1;
            if turn >= *newest {
                (*newest, *address) = (turn, email);
            }
        }
        let mut newly_mapped = 0;
        for (user, (_, address, members)) in addresses {
            let mapping = self.mapping(user);
            if mapping.is_override {
                continue;
            }
            let mapped_to = self.looked_up(mapping.mapped_to, address, sees_addresses);
            if mapping.mapped_to.is_none() && mapped_to.is_some() {
                newly_mapped += members;
            }
            self.mappings.insert(user, Mapping { mapped_to, is_override: false });
        }
        Some(newly_mapped)
    }

    /// Who has the address; whoever it was, if that is not disproved.
    fn looked_up(&self, was: Option<usize>, address: usize, sees_addresses: bool) -> Option<usize> {
        let has_it = |user: &SlackUser| user.is_active && user.email == Some(address);
        let known = was.and_then(|was| self.slack.get(&was));
        if known.is_some_and(has_it) {
            return was;
        }
        let first = self.slack.iter().find(|(_, user)| has_it(user)).map(|(number, _)| *number);
        let is_wrong =
            known.is_some_and(|known| !known.is_active || known.email.is_some()) && sees_addresses;
        first.or(if is_wrong { None } else { was })
    }

    /// How many members there are, how many of them are mapped, and who matches nobody.
    pub(super) fn report(&self) -> (usize, usize, Vec<usize>) {
        let mapping = |user: usize| self.mapping(user);
        let mapped = self.confirmed().filter(|(_, _, user, _)| mapping(*user).mapped_to.is_some());
        let is_nobody = |mapping: Mapping| mapping.mapped_to.is_none() && !mapping.is_override;
        let unmatched = self.confirmed().filter(|(_, _, user, _)| is_nobody(mapping(*user)));
        let unmatched = unmatched.map(|(member, ..)| member).collect();
        (self.confirmed().count(), mapped.count(), unmatched)
    }
}
