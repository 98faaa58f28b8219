//! A plain model of the directory: the events in their order, one after the other, each overwriting
//! what was there.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

type Key = (String, String);

/// The items that these events leave behind, sorted by their keys.
pub(super) fn items(org_unit: &str, mapped: &str, events: &[Value]) -> Vec<Value> {
    let mut in_order: Vec<&Value> = events.iter().collect();
    in_order.sort_by_key(|event| (text(event, "time"), text(event, "id")));
    let mut model = Model { org_unit, mapped, items: BTreeMap::new() };
    model.set(of_user(mapped), [("slack_user_id", json!("U12ABCXYZ"))]);
    for event in in_order {
        model.apply(event);
    }
    model.count();
    model.into_items()
}

/// The primary key of an item.
pub(super) fn key_of(item: &Value) -> Key {
    (text(item, "pk"), text(item, "sk"))
}

struct Model<'a> {
    org_unit: &'a str,
    mapped: &'a str,
    items: BTreeMap<Key, Map<String, Value>>,
}

impl Model<'_> {
    fn apply(&mut self, event: &Value) {
        let data = &event["data"];
        let time = text(event, "time").replace('Z', ".000000000Z");
        let stamp = json!(format!("{time}\t{}\t{}", text(event, "id"), text(event, "source")));
        let kind = text(event, "type");
        if let Some(project) = data.get("project") {
            let key = of_project(&project["id"], "PROJECT".to_owned());
            self.set(key, [("name", project["name"].clone()), ("stamp", stamp.clone())]);
        }
        if let Some(issue) = data.get("issue") {
            let project = &data["project"]["id"];
            let key = text(issue, "key").replace("-00", "-");
            let fields = [
                ("id", json!(issue["id"].to_string())),
                ("key", issue["key"].clone()),
                ("title", issue["title"].clone()),
                ("stamp", stamp.clone()),
            ];
            self.set(of_project(project, format!("ISSUE#{key}")), fields);
            let alias = of_project(project, format!("ISSUE-ID#{}", issue["id"]));
            self.set(alias, [("key", json!(key)), ("stamp", stamp.clone())]);
        }
        match kind.as_str() {
            "project.created" => self.set_membership(data, "owner", true, &stamp),
            "project.member_added" => self.set_membership(data, "member", true, &stamp),
            "project.member_removed" => self.set_membership(data, "member", false, &stamp),
            "team.member_added" => {
                let (team, member) = (&data["team"], text(data, "member"));
                let pk = format!("TEAM#{}", team["id"]);
                let named = [("name", team["name"].clone()), ("stamp", stamp.clone())];
                self.set((pk.clone(), "TEAM".to_owned()), named);
                let place = self.place(&member, &pk);
                self.set((pk, format!("MEMBER#{member}")), [("stamp", stamp)]);
                self.set((format!("TEAM#{}", team["id"]), format!("MEMBER#{member}")), place);
            }
            "member.upserted" => self.upsert(data, &stamp),
            "member.removed" => {
                let member = text(data, "org_member_id");
                self.forget(&member);
                self.items.remove(&of_member(&member));
                self.set(of_member(&member), [("stamp", stamp)]);
            }
            _ => {}
        }
    }

    fn set_membership(&mut self, data: &Value, who: &str, is_member: bool, stamp: &Value) {
        let user = text(data, who);
        let project = &data["project"]["id"];
        let key = of_project(project, format!("MEMBER#{user}"));
        let place = self.place(&user, &format!("PROJECT#{project}"));
        self.set(key.clone(), place);
        self.set(key.clone(), [("is_member", json!(is_member)), ("stamp", stamp.clone())]);
        if !is_member {
            self.set(key, [("left_stamp", stamp.clone())]);
        }
    }

    fn upsert(&mut self, data: &Value, stamp: &Value) {
        let (member, user) = (text(data, "org_member_id"), text(data, "user"));
        let place = self.place(&user, &format!("MEMBER#{member}"));
        self.set(of_member(&member), place);
        let is_mapped = json!(user == self.mapped);
        let entry = [
            ("user", json!(user)),
            ("is_confirmed", data["confirmed"].clone()),
            ("is_mapped", is_mapped),
            ("stamp", stamp.clone()),
        ];
        self.forget(&member);
        self.set(of_member(&member), entry);
        let mut leaf = json!({ "stamp": stamp });
        for name in ["email", "first_name", "last_name", "confirmed", "zoneinfo"] {
            if let Some(value) = data.get(name) {
                leaf[name] = value.clone();
            }
        }
        self.set(of_user(&user), [(format!("member.{member}").as_str(), leaf)]);
    }

    /// Nobody's item says anything of the entry any more.
    fn forget(&mut self, member: &str) {
        let leaf = format!("member.{member}");
        self.items.values_mut().for_each(|item| drop(item.remove(&leaf)));
    }

    /// Counts who is confirmed, and who of them has a Slack user.
    fn count(&mut self) {
        let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for ((pk, sk), entry) in &self.items {
            let is = |name| entry.get(name) == Some(&json!(true));
            if pk.starts_with("MEMBERS#") && sk.starts_with("MEMBER#") && is("is_confirmed") {
                let (confirmed, mapped) = counts.entry(pk.clone()).or_default();
                *confirmed += 1;
                *mapped += u64::from(is("is_mapped"));
            }
        }
        for (pk, (confirmed, mapped)) in counts {
            let fields = [("confirmed", json!(confirmed)), ("mapped", json!(mapped))];
            self.set((pk, "COUNT".to_owned()), fields);
        }
    }

    /// Where everything about a person is found.
    fn place(&self, user: &str, what: &str) -> [(&'static str, Value); 2] {
        let person = format!("OU#{}#USER#{user}", self.org_unit);
        [("gsi1pk", json!(person)), ("gsi1sk", json!(what))]
    }

    fn set<const N: usize>(&mut self, key: Key, fields: [(&str, Value); N]) {
        let item = self.items.entry(key).or_default();
        item.extend(fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }

    fn into_items(self) -> Vec<Value> {
        let prefix = format!("OU#{}#", self.org_unit);
        let items = self.items.into_iter().map(|((pk, sk), mut item)| {
            item.insert("pk".to_owned(), json!(format!("{prefix}{pk}")));
            item.insert("sk".to_owned(), json!(sk));
            Value::Object(item)
        });
        items.collect()
    }
}

fn of_user(user: &str) -> Key {
    (format!("USER#{user}"), "PREFS".to_owned())
}

fn of_project(project: &Value, sk: String) -> Key {
    (format!("PROJECT#{project}"), sk)
}

/// Each is in the shard that its id's hash names.
fn of_member(member: &str) -> Key {
    let shard = match member {
        "m-1" => "04",
        _ => "10",
    };
    (format!("MEMBERS#{shard}"), format!("MEMBER#{member}"))
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().expect("text").to_owned()
}
