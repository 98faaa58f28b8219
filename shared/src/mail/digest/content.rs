//! What a digest says.

use std::collections::BTreeMap;

use super::{DigestDraft, DigestItem};
use crate::domain::channel_preference::Scope;
use crate::domain::digest::{Cadence, zone_named};
use crate::domain::inbox::Actor;
use crate::domain::text::legible;
use crate::domain::unsubscribing::EmailSetting;

/// How many characters of a title are shown: on a line, that is more than enough.
const LONGEST_TITLE: usize = 150;

/// How many characters of a name are shown.
const LONGEST_NAME: usize = 60;

/// What a digest says, in lines without control characters.
pub(super) struct Content {
    pub(super) subject: String,
    /// In the order of their categories.
    pub(super) groups: Vec<Group>,
    /// How many are not listed.
    pub(super) more: usize,
    /// Why whoever reads it gets it.
    pub(super) why: String,
}

/// The items of a category, the newest last.
pub(super) struct Group {
    pub(super) category: String,
    pub(super) items: Vec<Line>,
}

/// What is said of an item.
pub(super) struct Line {
    pub(super) title: String,
    /// What it says below its title, as far as there is room.
    pub(super) excerpt: Option<String>,
    /// Who sent it, where that is known, and when.
    pub(super) from: String,
}

impl Content {
    /// What is said of these items, the oldest first, of so many in all.
    pub(super) fn of(
        draft: &DigestDraft<'_>,
        listed: &[&DigestItem<'_>],
        all: usize,
        longest_excerpt: usize,
    ) -> Self {
        let mut groups: BTreeMap<&str, Vec<Line>> = BTreeMap::new();
        for item in listed {
            let line = Line::of(draft, item, longest_excerpt);
            groups.entry(item.message.category.as_str()).or_default().push(line);
        }
        let groups = groups.into_iter();
        let groups = groups.map(|(category, items)| Group { category: category.to_owned(), items });
        let plural = if all == 1 { "" } else { "s" };
        Self {
            subject: format!("{all} new notification{plural}"),
            groups: groups.collect(),
            more: all.saturating_sub(listed.len()),
            why: why(draft.setting, draft.cadence),
        }
    }
}

impl Line {
    fn of(draft: &DigestDraft<'_>, item: &DigestItem<'_>, longest_excerpt: usize) -> Self {
        let DigestItem { message, sent_at, actor, stamp: _ } = item;
        let body = message.body.as_ref().map(|body| excerpt(body.as_str(), longest_excerpt));
        let at = sent_at.to_zoned(zone_named(draft.zone)).strftime("%a, %-d %b %Y, %H:%M %Z");
        let name = actor.and_then(Actor::name).map(|name| excerpt(&name, LONGEST_NAME));
        Self {
            title: excerpt(message.title.as_str(), LONGEST_TITLE),
            excerpt: body.filter(|body| !body.is_empty()),
            from: name.map_or_else(|| at.to_string(), |name| format!("{name}, {at}")),
        }
    }
}

/// The beginning of a text in one line: at most so many characters, with an ellipsis where something is
/// left out.
fn excerpt(text: &str, longest: usize) -> String {
    if longest == 0 {
        return String::new();
    }
    // What separates lines is white space, by whatever name.
    let line = legible(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    match line.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", line.split_at(end).0.trim_end()),
        None => line,
    }
}

fn why(setting: &EmailSetting, cadence: Cadence) -> String {
    let a_digest = match cadence {
        Cadence::Hourly => "an hourly digest",
        Cadence::Daily => "a daily digest",
    };
    let of = match setting {
        EmailSetting::Channel(Scope::Global) => " of everything that has no setting of its own",
        EmailSetting::Channel(Scope::Category(category)) => &format!(" of {category}"),
        // Of several rows none is named.
        EmailSetting::Digests | EmailSetting::Account(_) | EmailSetting::Activity(_) => "",
    };
    format!("You get this because you chose {a_digest}{of}.")
}
