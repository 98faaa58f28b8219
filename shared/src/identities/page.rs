//! What a page of Slack's users says of a person. Pure.

use std::collections::HashMap;

use super::mapping::Person;
use crate::deliver::slack::SlackUser;
use crate::domain::slack::SlackUserId;
use crate::store::Remapping;

/// A page of Slack's users, to look people up in.
pub(super) struct Page<'a> {
    by_id: HashMap<&'a SlackUserId, &'a SlackUser>,
    /// Those who may be matched, by their addresses in small letters.
    by_address: HashMap<String, Vec<&'a SlackUserId>>,
    may_unmap: bool,
}

/// What a page says of a person.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// Nothing.
    Nothing,
    /// They are mapped to whom they match.
    Matched,
    /// Their mapping is wrong.
    Wrong(Remapping),
}

impl<'a> Page<'a> {
    /// A page of these users. As long as no user with an address was met, nothing is known of anyone
    /// and nobody's mapping is wrong.
    pub(super) fn of(users: &'a [SlackUser], is_address_seen: bool) -> Self {
        let mut by_address: HashMap<String, Vec<&SlackUserId>> = HashMap::new();
        for user in users.iter().filter(|user| user.is_active_person) {
            if let Some(email) = &user.email {
                by_address.entry(email.to_ascii_lowercase()).or_default().push(&user.id);
            }
        }
        Self {
            by_id: users.iter().map(|user| (&user.id, user)).collect(),
            by_address,
            may_unmap: is_address_seen,
        }
    }

    /// What it says of that person. What an admin said is left alone, also that they are nobody.
    pub(super) fn says(&self, person: &Person) -> Says {
        let Person { identity, is_settled } = person;
        let Some(address) = identity.address().filter(|_| !identity.is_override()) else {
            return Says::Nothing;
        };
        let address = address.to_ascii_lowercase();
        let matching = self.by_address.get(&address).map(Vec::as_slice).unwrap_or_default();
        let known = identity.slack_user();
        if known.is_some_and(|known| matching.contains(&known)) {
            let is_reached = !identity.is_marked_unreachable();
            return if is_reached { Says::Matched } else { Says::Wrong(Remapping::Reach) };
        }
        // Of several, the same one each time.
        let first = matching.iter().min_by(|a, b| a.as_str().cmp(b.as_str()));
        match (known, first) {
            (Some(_), _) if *is_settled => Says::Nothing,
            (_, Some(first)) => Says::Wrong(Remapping::Map((*first).clone())),
            (Some(known), None) if self.may_unmap && self.disproves(known, &address) => {
                Says::Wrong(Remapping::Unmap)
            }
            (Some(_) | None, None) => Says::Nothing,
        }
    }

    /// Whether that Slack user is nobody to write to, or has another address than that one. One
    /// without an address says nothing.
    fn disproves(&self, known: &SlackUserId, address: &str) -> bool {
        let Some(user) = self.by_id.get(known) else { return false };
        let email = user.email.as_ref().map(|email| email.to_ascii_lowercase());
        !user.is_active_person || email.is_some_and(|email| email != address)
    }
}
