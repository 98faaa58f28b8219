//! What a call is aimed at: ids of the caller's own, of somebody else, or of nobody.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::world::{Who, World};
use crate::support::Api;
use crate::unsubscribe::link_for;

/// Every item there is, by its key.
pub(super) type Items = BTreeMap<(String, String), Value>;

/// Everything that is stored, straight from the engine.
pub(super) async fn everything(api: &Api) -> Items {
    let text = |item: &Value, name: &str| item[name].as_str().expect("text").to_owned();
    let items = api.items().await.into_iter();
    items.map(|item| ((text(&item, "pk"), text(&item, "sk")), item)).collect()
}

/// Whose ids a call names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The caller's own.
    Own,
    /// Those of someone else of the same org unit.
    Colleague,
    /// Those of the same user in the other org unit.
    Elsewhere,
}

/// The ids that a call names, as one would guess them who saw the whole table.
pub(super) struct Aim {
    pub(super) notification: u64,
    pub(super) subscription: String,
    pub(super) key: String,
    pub(super) member: String,
    pub(super) project: String,
    pub(super) event: String,
    pub(super) delivery: String,
    pub(super) link: String,
}

const NO_ONE: &str = "nobody-has-this";

/// What an unsubscribe link of these tests turns off.
const SETTING: &str = "email.product_updates";

impl Aim {
    /// Of several ids of one kind, `pick` says which. With `is_missed`, ids like those that nobody has.
    pub(super) async fn at(
        api: &Api,
        world: &World,
        who: Who,
        (target, is_missed): (Target, bool),
        items: &Items,
        pick: usize,
    ) -> Self {
        let here = who.unit();
        let caller = who.person().unwrap_or_default();
        let (there, person) = match target {
            Target::Own => (here, caller),
            Target::Colleague => (here, (caller + 1) % world.users.len()),
            Target::Elsewhere => (1 - here, caller),
        };
        let is_foreign = target != Target::Own;
        let look = |unit: usize, person: usize| Look::into(items, world, unit, person);
        let (own, found) = (look(here, caller), look(there, person));
        // Two people may have one id now and then, and it is their own then.
        let foreign = |id: &&u64| !is_foreign || !own.notifications.contains(id);
        let notifications: Vec<&u64> = found.notifications.iter().filter(foreign).collect();
        let unit = &world.units[there];
        let keys: Vec<&String> = found.keys.iter().filter(|id| **id != unit.machine_id).collect();
        let of = |ids: &[&String], otherwise: &str| {
            let picked = ids.get(pick % ids.len().max(1));
            picked.map_or(otherwise.to_owned(), |id| (*id).clone())
        };
        let project = unit.word("project");
        let aim = Self {
            notification: notifications
                .get(pick % notifications.len().max(1))
                .map_or(4101, |id| **id),
            subscription: of(&found.subscriptions.iter().collect::<Vec<_>>(), NO_SUBSCRIPTION),
            key: of(&keys, NO_KEY),
            member: unit.word_of(person, "member"),
            // The first is there in both.
            project: if is_foreign || pick.is_multiple_of(2) { project } else { "1".to_owned() },
            event: unit.mailed(),
            delivery: of(&found.deliveries.iter().collect::<Vec<_>>(), NO_DELIVERY),
            link: link_for(api, &unit.id, world.users[person], SETTING).await,
        };
        let own_link = link_for(api, &world.units[here].id, world.users[caller], SETTING).await;
        if is_missed {
            return aim.missed(&own, &own_link);
        }
        match target {
            Target::Own => aim,
            Target::Colleague | Target::Elsewhere => {
                Self { link: spliced(&aim.link, &own_link), ..aim }
            }
        }
    }

    /// The same shapes, and nobody has them.
    fn missed(self, own: &Look, own_link: &str) -> Self {
        let mut notification = self.notification + 1;
        while own.notifications.contains(&notification) {
            notification += 1;
        }
        Self {
            notification,
            subscription: NO_SUBSCRIPTION.to_owned(),
            key: NO_KEY.to_owned(),
            member: NO_ONE.to_owned(),
            project: NO_ONE.to_owned(),
            event: format!("/accounts:{NO_ONE}"),
            delivery: self.delivery,
            link: spliced("/unsubscribe/1.x.W10.AA", own_link),
        }
    }

    /// A cursor of an inbox that stands at that notification.
    pub(super) fn inbox_cursor(&self) -> String {
        let id = self.notification.to_be_bytes();
        URL_SAFE_NO_PAD.encode([&[1], id.as_slice()].concat())
    }

    /// A cursor of a list of deliveries that stands at that one.
    pub(super) fn delivery_cursor(&self) -> String {
        URL_SAFE_NO_PAD.encode([&[1], self.delivery.as_bytes()].concat())
    }
}

const NO_KEY: &str = "0123456789abcdef0123456789abcdef";
const NO_SUBSCRIPTION: &str = "psub_0PHK9DB7BQ421SC0J236KDKYH5";
const NO_DELIVERY: &str = "1773410400000#nobody#email";

/// The link that says what one says, with the signature of another.
fn spliced(says: &str, signed: &str) -> String {
    let (says, _) = says.rsplit_once('.').expect("a signature");
    let (_, signature) = signed.rsplit_once('.').expect("a signature");
    format!("{says}.{signature}")
}

/// What the table says that somebody has.
struct Look {
    notifications: Vec<u64>,
    subscriptions: Vec<String>,
    keys: Vec<String>,
    deliveries: Vec<String>,
}

impl Look {
    fn into(items: &Items, world: &World, unit: usize, person: usize) -> Self {
        let unit = &world.units[unit];
        let pair = format!("OU#{}#USER#{}", unit.id, world.users[person]);
        let own = items.iter().filter(|((pk, _), _)| *pk == pair);
        let rows = own.clone().filter(|(_, item)| item["message"].is_string());
        let number = |((_, sk), _): (&(String, String), &Value)| {
            sk.strip_prefix("INBOX#").map(|id| id.parse().expect("a number"))
        };
        let preferences = items.get(&(pair.clone(), "PREFS".to_owned()));
        let leaves = preferences.and_then(Value::as_object).into_iter().flatten();
        let of_the_unit = items.values().filter(|item| item["org_unit"] == unit.id.as_str());
        let key = |item: &Value| item["pk"].as_str()?.strip_prefix("KEY#").map(str::to_owned);
        let listed = |item: &Value| item["gsi1sk"].as_str().map(str::to_owned);
        let is_delivery = |sk: &str| sk.starts_with("DELIVERY#");
        Self {
            notifications: rows.filter_map(number).collect(),
            subscriptions: leaves
                .filter_map(|(leaf, _)| leaf.strip_prefix("push.").map(str::to_owned))
                .collect(),
            keys: of_the_unit.filter(|item| item["revoked_at"].is_null()).filter_map(key).collect(),
            deliveries: own
                .filter(|((_, sk), _)| is_delivery(sk))
                .filter_map(|(_, item)| listed(item))
                .collect(),
        }
    }
}
