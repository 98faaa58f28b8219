//! What a call may change, and what its answer may tell.

use local::template::Route;
use serde_json::Value;

use super::aim::Items;
use super::world::{Who, World};
use crate::support::Answer;

/// Fails unless all that changed is what whoever called may change: their own pair, or what the contract
/// of the route opens to them of their org unit.
pub(super) fn assert_kept(
    route: &Route,
    (world, who): (&World, Who),
    (said, status): (&[Word], u16),
    (before, after): (&Items, &Items),
) {
    let unit = &world.units[who.unit()].id;
    let user = who.person().map(|person| world.users[person]);
    // A link is its own credential: whoever follows one acts for whom it names.
    let is_link = route.function == "unsubscribe";
    let user = user.or(is_link.then_some(world.users[0]));
    let gone = before.iter().filter(|(key, _)| !after.contains_key(*key));
    let new = after.iter().filter(|(key, item)| before.get(*key) != Some(*item));
    let changed: Vec<(&str, &str, &Value)> =
        gone.chain(new).map(|((pk, sk), item)| (pk.as_str(), sk.as_str(), item)).collect();
    // A sync keeps its place also where it is told to come again.
    if route.method == "GET" || status >= 400 && route.function != "sync-slack-identities" {
        assert!(
            changed.is_empty(),
            "{} answered {status}, and changed {changed:?}",
            route.function
        );
    }
    for (pk, sk, item) in changed {
        let is_own = user.is_some_and(|user| pk == format!("OU#{unit}#USER#{user}"));
        let is_opened = is_opened(&route.function, unit, user, (pk, sk), item);
        assert!(is_own || is_opened, "{} by {who:?} changed {item}", route.function);
        // Nor does it lead to what is elsewhere, or hold what is.
        for name in ["gsi1pk", "org_unit"] {
            let place = item[name].as_str().unwrap_or_default();
            let is_here = !place.starts_with("OU#") || place.starts_with(&format!("OU#{unit}#"));
            assert!(is_here, "{} by {who:?} put into an index: {item}", route.function);
        }
        let number = world.units[who.unit()].number;
        let mut words = words(&item.to_string()).into_iter();
        let others = words.find(|word| word.unit != number && !said.contains(word));
        assert!(others.is_none(), "{} by {who:?} kept {others:?}: {item}", route.function);
    }
}

/// Whether the contract of a function opens an item of the org unit to whoever may call it.
fn is_opened(
    function: &str,
    unit: &str,
    user: Option<&str>,
    (pk, sk): (&str, &str),
    item: &Value,
) -> bool {
    let Some(rest) = pk.strip_prefix(&format!("OU#{unit}#")) else {
        let is_key = pk.starts_with("KEY#") && item["org_unit"] == unit;
        return is_key && ["create-api-key", "revoke-api-key"].contains(&function);
    };
    let is_of_them = user.is_some_and(|user| sk == format!("WATCHER#{user}"));
    match function {
        // An event reaches everyone whom it names, and says what there is.
        "ingest-events" => true,
        "put-member-slack" | "sync-slack-identities" => {
            rest.starts_with("MEMBERS#") || rest == "SLACK" || sk == "PREFS"
        }
        "toggle-issue-watch" => rest.starts_with("ISSUE#") && is_of_them,
        "toggle-report-watch" => rest.starts_with("PROJECT#") && (is_of_them || sk == "WATCHERS"),
        _ => false,
    }
}

/// Fails if the answer says a word of another org unit, or one of someone else's that the contract of
/// the route does not show to colleagues.
pub(super) fn assert_silent(route: &Route, (world, who): (&World, Who), answer: &Answer) {
    let headers = answer.headers.values().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let headers: Vec<_> = headers.collect();
    let number = world.units[who.unit()].number;
    for word in words(&format!("{}\n{}", answer.body, headers.join("\n"))) {
        let place = format!("{} told {who:?} {word:?}: {}", route.function, answer.body);
        assert_eq!(word.unit, number, "{place}");
        let is_shown = match route.function.as_str() {
            // Who did it, in an inbox.
            "list-notifications" => word.kind.starts_with("name"),
            // Whom the sync found no user for.
            "sync-slack-identities" => word.kind.starts_with("member"),
            _ => false,
        };
        let is_own = word.person.is_none() || word.person == who.person();
        assert!(is_own || is_shown, "{place}");
    }
}

/// A word that says whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) unit: usize,
    /// Whose of the org unit, unless it is everyone's there.
    pub(super) person: Option<usize>,
    pub(super) kind: String,
}

/// The words of a text that say whose they are; Slack's users are spelled in capitals.
pub(super) fn words(text: &str) -> Vec<Word> {
    let text = text.to_ascii_lowercase();
    let words = text.split("canary").skip(1).map(|rest| {
        let end = rest.find(|one: char| !one.is_ascii_digit()).expect("whose");
        let (unit, rest) = rest.split_at(end);
        let (scope, rest) = rest.split_at(1);
        let end = rest.find(|one: char| !one.is_ascii_digit()).unwrap_or(rest.len());
        let (person, rest) = rest.split_at(end);
        let end = rest.find(|one: char| !one.is_ascii_alphanumeric()).unwrap_or(rest.len());
        Word {
            unit: unit.parse().expect("an org unit"),
            person: (scope == "p").then(|| person.parse().expect("a person")),
            kind: rest[..end].to_owned(),
        }
    });
    words.collect()
}

#[test]
fn a_word_tells_whose_it_is_in_whatever_text() {
    let word = |unit, person, kind: &str| Word { unit, person, kind: kind.to_owned() };
    let found = words("{\"a\":\"CANARY12P0NAME, canary3omail@mail\",\"b\":\"canary4p2m0-1\"}");
    assert_eq!(found, [word(12, Some(0), "name"), word(3, None, "mail"), word(4, Some(2), "m0")]);
    assert_eq!(words("nothing"), []);
}
