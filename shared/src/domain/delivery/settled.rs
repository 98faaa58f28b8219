//! What a delivery came to at each browser that it is not sent to again.

use std::collections::BTreeMap;

use crate::domain::push::PushSubscriptionId;

/// The browsers that a delivery is done with, over all its attempts. Nothing is ever sent to one of them
/// again: a second copy is worse than none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled(BTreeMap<PushSubscriptionId, Told>);

/// What a delivery came to at a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The push service took it.
    Sent,
    /// It was not sent, or may not have been, for this reason: fixed words, and the codes of peers.
    Not(String),
}

/// As it is stored. No reason is called like this.
const SENT: &str = "sent";

/// Why nothing is sent to a browser that is no more.
const GONE: &str = "push.gone";

impl Told {
    /// What was written down before.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text == SENT { Self::Sent } else { Self::Not(text.to_owned()) }
    }

    /// How it is written down.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sent => SENT,
            Self::Not(reason) => reason,
        }
    }

    /// Whether the browser is no more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.as_str() == GONE
    }
}

impl Settled {
    /// Whether the delivery is done with that browser.
    #[must_use]
    pub fn has(&self, id: PushSubscriptionId) -> bool {
        self.0.contains_key(&id)
    }

    /// From now on it is.
    pub fn settle(&mut self, id: PushSubscriptionId, told: Told) {
        self.0.insert(id, told);
    }

    /// Whether one of them was told.
    #[must_use]
    pub fn has_told_one(&self) -> bool {
        self.0.values().any(|told| *told == Told::Sent)
    }

    /// Why none was told: of several reasons one that is more than that the browser is no more.
    #[must_use]
    pub fn reason(&self) -> &str {
        let reasons = self.0.values().map(Told::as_str);
        reasons.filter(|reason| *reason != SENT).find(|reason| *reason != GONE).unwrap_or(GONE)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them, and what it came to.
    pub fn iter(&self) -> impl Iterator<Item = (PushSubscriptionId, &Told)> {
        self.0.iter().map(|(id, told)| (*id, told))
    }
}

impl FromIterator<(PushSubscriptionId, Told)> for Settled {
    fn from_iter<I: IntoIterator<Item = (PushSubscriptionId, Told)>>(browsers: I) -> Self {
        Self(browsers.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled<const N: usize>(browsers: [(&str, &str); N]) -> Settled {
        let id = |endpoint: &str| {
            PushSubscriptionId::of(
                &format!("https://fcm.googleapis.com/{endpoint}").parse().unwrap(),
            )
        };
        browsers.into_iter().map(|(name, told)| (id(name), Told::parse(told))).collect()
    }

    #[test]
    fn why_none_was_told_is_more_than_that_a_browser_is_no_more_where_there_is_more() {
        assert_eq!(settled([("a", "push.gone"), ("b", "push.gone")]).reason(), "push.gone");
        for browsers in [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"]] {
            let [one, two, three] = browsers;
            let all = [(one, "push.gone"), (two, "push.refused HTTP 403"), (three, "push.gone")];
            assert_eq!(settled(all).reason(), "push.refused HTTP 403");
        }
    }

    #[test]
    fn one_that_was_told_is_told_whatever_became_of_others() {
        assert!(settled([("a", "push.gone"), ("b", "sent")]).has_told_one());
        assert!(!settled([("a", "push.gone"), ("b", "push.too_large")]).has_told_one());
        assert!(!settled([]).has_told_one());
    }
}
