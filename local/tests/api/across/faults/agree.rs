//! Counts and the rows that they count, and items and those that repeat something of them: whether they agree.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// What does not agree in what is stored: counts of push subscriptions, entries, members and watches with what
/// they count; entries with the people whom they are about, and with their mappings; rows of inboxes with the
/// index of what is unread; an issue's alias with the issue; and an API key with the list of those that count.
pub(crate) fn disagreements(items: &[Value]) -> Vec<String> {
    let stored = Stored::of(items);
    let found = stored.by_key.iter().flat_map(|((pk, sk), item)| {
        let wrong = match sk.split('#').next().unwrap_or_default() {
            "PREFS" => stored.wrong_with_person(pk, item),
            "INBOX" => wrong_with_row(sk, item),
            "MEMBER" if pk.contains("#MEMBERS#") => stored.wrong_with_entry(pk, sk, item),
            "COUNT" => stored.wrong_with_shard(pk, item),
            "WATCHERS" => differ("watchers", &item["watchers"], &stored.watchers_of(pk)),
            "WATCHER" if pk.contains("#PROJECT#") => stored.missing(pk, "WATCHERS"),
            "ISSUE-ID" => {
                stored.missing(pk, &format!("ISSUE#{}", item["key"].as_str().unwrap_or_default()))
            }
            "KEY" => {
                let (is_listed, counts) =
                    (item["gsi1pk"].is_string(), item["revoked_at"].is_null());
                differ("listed", &json!(is_listed), &json!(counts))
            }
            _ => Vec::new(),
        };
        wrong.into_iter().map(move |wrong| format!("{pk} / {sk}: {wrong}"))
    });
    found.collect()
}

fn differ(what: &str, is: &Value, should_be: &Value) -> Vec<String> {
    if is == should_be { Vec::new() } else { vec![format!("{what} {is}, not {should_be}")] }
}

/// Everything that is stored, by its key.
struct Stored<'a> {
    by_key: BTreeMap<(&'a str, &'a str), &'a Value>,
}

impl<'a> Stored<'a> {
    fn of(items: &'a [Value]) -> Self {
        let key = |item: &'a Value, name: &str| item[name].as_str().expect("a key");
        let by_key = items.iter().map(|item| ((key(item, "pk"), key(item, "sk")), item));
        Self { by_key: by_key.collect() }
    }

    /// The items of a kind that are in a partition, or in one whose key goes on.
    fn of_kind(&self, pk: &str, sk: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let here = self
            .by_key
            .iter()
            .filter(move |((partition, key), _)| partition.starts_with(pk) && key.starts_with(sk));
        here.map(|((_, key), item)| (*key, *item))
    }

    fn missing(&self, pk: &str, sk: &str) -> Vec<String> {
        let is_there = self.by_key.contains_key(&(pk, sk));
        if is_there { Vec::new() } else { vec![format!("there is no {sk}")] }
    }

    fn wrong_with_person(&self, pk: &str, item: &Value) -> Vec<String> {
        let leaves = |beginning: &str| -> BTreeSet<&str> {
            let names = item.as_object().into_iter().flat_map(|fields| fields.keys());
            names.filter_map(|name| name.strip_prefix(beginning)).collect()
        };
        let count = |name: &str| json!(item[name].as_u64().unwrap_or_default());
        let (org_unit, user) = pk.split_once("#USER#").expect("a person");
        let members = format!("{org_unit}#MEMBERS#");
        let about = self.of_kind(&members, "MEMBER#");
        let about = about.filter(|(_, entry)| entry["user"] == user);
        let about: BTreeSet<&str> =
            about.filter_map(|(sk, _)| sk.strip_prefix("MEMBER#")).collect();
        let (pushed, entries) = (leaves("push."), leaves("member."));
        [
            differ("push_count", &count("push_count"), &json!(pushed.len())),
            differ("member_entries", &count("member_entries"), &json!(entries.len())),
            differ("entries", &json!(entries), &json!(about)),
        ]
        .concat()
    }

    /// It says of the person what their own item says, and whether they are mapped.
    fn wrong_with_entry(&self, pk: &str, sk: &str, entry: &Value) -> Vec<String> {
        let Some(user) = entry["user"].as_str() else { return Vec::new() };
        let org_unit = pk.split_once("#MEMBERS#").expect("an entry").0;
        let person = format!("{org_unit}#USER#{user}");
        let Some(person) = self.by_key.get(&(&*person, "PREFS")) else {
            return vec![format!("nobody is {user}")];
        };
        let leaf = &person[sk.replacen("MEMBER#", "member.", 1)];
        let is_mapped = person["slack_user_id"].is_string();
        [
            differ("stamp", &entry["stamp"], &leaf["stamp"]),
            differ("mapped", &json!(entry["is_mapped"] == true), &json!(is_mapped)),
        ]
        .concat()
    }

    fn wrong_with_shard(&self, pk: &str, count: &Value) -> Vec<String> {
        let is = |entry: &Value, what: &str| entry[what] == true;
        let entries = self.of_kind(pk, "MEMBER#").map(|(_, entry)| entry);
        let confirmed: Vec<&Value> = entries.filter(|entry| is(entry, "is_confirmed")).collect();
        let mapped = confirmed.iter().filter(|entry| is(entry, "is_mapped")).count();
        [
            differ("confirmed", &count["confirmed"], &json!(confirmed.len())),
            differ("mapped", &count["mapped"], &json!(mapped)),
        ]
        .concat()
    }

    fn watchers_of(&self, pk: &str) -> Value {
        let partition = self.of_kind(pk, "WATCHER#").filter(|(_, row)| row["pk"] == pk);
        let is_watching = |row: &Value| row["since"].is_number() && row["until"].is_null();
        json!(partition.filter(|(_, row)| is_watching(row)).count())
    }
}

/// It is in the index of what is unread, by its id, exactly while it is an unread row.
fn wrong_with_row(sk: &str, row: &Value) -> Vec<String> {
    let is_unread = row["read_at"].is_null() && row["deleted_at"].is_null();
    let id = sk.strip_prefix("INBOX#").filter(|_| is_unread);
    differ("unread_id", &row["unread_id"], &json!(id))
}

#[test]
fn what_does_not_agree_is_found() {
    let row = |sk: &str, unread: Option<&str>| json!([{ "pk": "OU#a#USER#7", "sk": sk, "unread_id": unread, "read_at": null }]);
    let counted = |count: u64, until: Option<u64>| {
        let key = "OU#a#PROJECT#1";
        let watch = json!({ "pk": key, "sk": "WATCHER#7", "since": 1, "until": until });
        json!([{ "pk": key, "sk": "WATCHERS", "watchers": count }, watch])
    };
    let known = |confirmed: u64, stamp: &str| {
        let (key, person) = ("OU#a#MEMBERS#00", "OU#a#USER#7");
        json!([
            { "pk": key, "sk": "COUNT", "confirmed": confirmed, "mapped": 0 },
            { "pk": key, "sk": "MEMBER#m-7", "user": "7", "stamp": "s", "is_confirmed": true },
            { "pk": person, "sk": "PREFS", "member_entries": 1, "member.m-7": { "stamp": stamp } },
        ])
    };
    let subscribed = |count: u64| json!([{ "pk": "OU#a#USER#7", "sk": "PREFS", "push_count": count, "push.psub_1": {} }]);
    let no_alias = json!([{ "pk": "OU#a#PROJECT#1", "sk": "ISSUE-ID#42", "key": "KD-42" }]);
    for (stored, wrong) in [
        (row("INBOX#01", Some("01")), ""),
        (row("INBOX#01", Some("02")), "OU#a#USER#7 / INBOX#01: unread_id \"02\", not \"01\""),
        (row("INBOX#01", None), "OU#a#USER#7 / INBOX#01: unread_id null, not \"01\""),
        (counted(1, None), ""),
        (counted(0, Some(2)), ""),
        (counted(1, Some(2)), "OU#a#PROJECT#1 / WATCHERS: watchers 1, not 0"),
        (known(1, "s"), ""),
        (known(2, "s"), "OU#a#MEMBERS#00 / COUNT: confirmed 2, not 1"),
        (known(1, "t"), "OU#a#MEMBERS#00 / MEMBER#m-7: stamp \"s\", not \"t\""),
        (subscribed(1), ""),
        (subscribed(2), "OU#a#USER#7 / PREFS: push_count 2, not 1"),
        (no_alias, "OU#a#PROJECT#1 / ISSUE-ID#42: there is no ISSUE#KD-42"),
    ] {
        assert_eq!(disagreements(stored.as_array().expect("items")).join("; "), wrong, "{stored}");
    }
}
