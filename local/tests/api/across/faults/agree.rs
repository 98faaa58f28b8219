//! Counts and the rows that they count, and items and those that repeat something of them: whether they agree.

use std::collections::{BTreeMap, BTreeSet};

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

/// Fails unless everything that is stored agrees: counts of push subscriptions, entries, members and watches with
/// what they count; entries with the people whom they are about, and with their mappings; rows of inboxes with
/// the index of what is unread; and an issue's alias with the issue.
pub(crate) fn assert_counts_and_rows_agree(items: &[Value]) {
    let stored = Stored::of(items);
    for ((pk, sk), item) in &stored.by_key {
        match sk.split('#').next().unwrap_or_default() {
            "PREFS" => stored.check_person(pk, item),
            "INBOX" => check_row(sk, item),
            "MEMBER" if pk.contains("#MEMBERS#") => stored.check_entry(sk, item),
            "COUNT" => stored.check_shard(pk, item),
            "WATCHERS" => assert_eq!(item["watchers"], stored.watchers_of(pk), "{pk}"),
            "WATCHER" if pk.contains("#PROJECT#") => stored.check_is_there(pk, "WATCHERS"),
            "ISSUE-ID" => {
                let issue = format!("ISSUE#{}", item["key"].as_str().expect("a key"));
                stored.check_is_there(pk, &issue);
            }
            "KEY" => assert_eq!(item["gsi1pk"].is_null(), item["revoked_at"].is_number(), "{item}"),
            _ => {}
        }
    }
}

/// How many items there are, by what each is.
struct Stored<'a> {
    by_key: BTreeMap<(&'a str, &'a str), &'a Value>,
}

impl<'a> Stored<'a> {
    fn of(items: &'a [Value]) -> Self {
        let key = |item: &'a Value, name: &str| item[name].as_str().expect("a key");
        let by_key = items.iter().map(|item| ((key(item, "pk"), key(item, "sk")), item));
        Self { by_key: by_key.collect() }
    }

    fn in_partition(&self, pk: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let here = self.by_key.iter().filter(move |((of, _), _)| *of == pk);
        here.map(|((_, sk), item)| (*sk, *item))
    }

    fn check_is_there(&self, pk: &str, sk: &str) {
        assert!(self.by_key.contains_key(&(pk, sk)), "{pk} has no {sk}");
    }

    fn check_person(&self, pk: &str, item: &Value) {
        let leaves = |beginning: &str| -> BTreeSet<&str> {
            let names = item.as_object().into_iter().flat_map(|fields| fields.keys());
            names.filter_map(|name| name.strip_prefix(beginning)).collect()
        };
        let count = |name: &str| item[name].as_u64().unwrap_or_default();
        assert_eq!(count("push_count"), as_u64(leaves("push.").len()), "{item}");
        assert_eq!(count("member_entries"), as_u64(leaves("member.").len()), "{item}");
        let (org_unit, user) = pk.split_once("#USER#").expect("a person");
        let about = self.by_key.iter().filter(|((of, _), entry)| {
            of.starts_with(&format!("{org_unit}#MEMBERS#")) && entry["user"] == user
        });
        let about: BTreeSet<&str> =
            about.filter_map(|((_, sk), _)| sk.strip_prefix("MEMBER#")).collect();
        assert_eq!(leaves("member."), about, "{item}");
    }

    /// It says of the person what their own item says, and whether they are mapped.
    fn check_entry(&self, sk: &str, entry: &Value) {
        let Some(user) = entry["user"].as_str() else { return };
        let pk = entry["pk"].as_str().expect("a key");
        let org_unit = pk.split_once("#MEMBERS#").expect("an entry").0;
        let person = format!("{org_unit}#USER#{user}");
        let person = self.by_key.get(&(&*person, "PREFS"));
        let person = person.unwrap_or_else(|| panic!("nobody is {entry}"));
        let member = sk.strip_prefix("MEMBER#").expect("an entry");
        assert_eq!(person[format!("member.{member}")]["stamp"], entry["stamp"], "{person}");
        assert_eq!(entry["is_mapped"] == true, person["slack_user_id"].is_string(), "{person}");
    }

    fn check_shard(&self, pk: &str, count: &Value) {
        let entries = self.in_partition(pk).filter(|(sk, _)| sk.starts_with("MEMBER#"));
        let confirmed = entries.filter(|(_, entry)| entry["is_confirmed"] == true);
        let confirmed: Vec<&Value> = confirmed.map(|(_, entry)| entry).collect();
        let mapped = confirmed.iter().filter(|entry| entry["is_mapped"] == true).count();
        let expected = (json!(confirmed.len()), json!(mapped));
        assert_eq!((count["confirmed"].clone(), count["mapped"].clone()), expected, "{pk}");
    }

    fn watchers_of(&self, pk: &str) -> Value {
        let rows = self.in_partition(pk).filter(|(sk, _)| sk.starts_with("WATCHER#"));
        json!(rows.filter(|(_, row)| row["since"].is_number() && row["until"].is_null()).count())
    }
}

/// It is in the index of what is unread, by its id, exactly while it is an unread row.
fn check_row(sk: &str, row: &Value) {
    let is_unread = row["read_at"].is_null() && row["deleted_at"].is_null();
    let id = sk.strip_prefix("INBOX#").filter(|_| is_unread);
    assert_eq!(row["unread_id"].as_str(), id, "{row}");
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).expect("a count")
}

#[test]
fn what_does_not_agree_is_found() {
    let row = |sk: &str, unread: Option<&str>| json!([{ "pk": "OU#a#USER#7", "sk": sk, "unread_id": unread, "read_at": null }]);
    let counted = |count: u64, until: Option<u64>| {
        let key = "OU#a#PROJECT#1";
        let watch = json!({ "pk": key, "sk": "WATCHER#7", "since": 1, "until": until });
        json!([{ "pk": key, "sk": "WATCHERS", "watchers": count }, watch])
    };
    let shard = |confirmed: u64| {
        json!([
            { "pk": "OU#a#MEMBERS#00", "sk": "COUNT", "confirmed": confirmed, "mapped": 0 },
            { "pk": "OU#a#MEMBERS#00", "sk": "MEMBER#m-7", "user": "7", "stamp": "s", "is_confirmed": true },
            { "pk": "OU#a#USER#7", "sk": "PREFS", "member_entries": 1, "member.m-7": { "stamp": "s" } },
        ])
    };
    let mut late = shard(1);
    late[2]["member.m-7"]["stamp"] = json!("older");
    let subscribed = |count: u64| {
        json!([
            { "pk": "OU#a#USER#7", "sk": "PREFS", "push_count": count, "push.psub_1": {} },
        ])
    };
    for (stored, agrees) in [
        (row("INBOX#01", Some("01")), true),
        (row("INBOX#01", Some("02")), false),
        (row("INBOX#01", None), false),
        (counted(1, None), true),
        (counted(0, Some(2)), true),
        (counted(1, Some(2)), false),
        (shard(1), true),
        (shard(2), false),
        (late, false),
        (subscribed(1), true),
        (subscribed(2), false),
        (json!([{ "pk": "OU#a#PROJECT#1", "sk": "ISSUE-ID#42", "key": "KD-42" }]), false),
    ] {
        let items = stored.as_array().expect("items").clone();
        let checked = std::panic::catch_unwind(|| assert_counts_and_rows_agree(&items));
        assert_eq!(checked.is_ok(), agrees, "{stored}");
    }
}
