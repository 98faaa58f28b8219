//! What the policies of a function grant, and under which conditions.

use serde_json::Value;

use super::Access;
use super::Right;

/// One statement.
#[derive(Debug)]
pub(crate) struct Grant {
    actions: Vec<String>,
    resources: Vec<String>,
    /// The partitions that it is about, with `*` for any text; of what is no table, none.
    leading_keys: Vec<String>,
}

/// What a function's policies grant.
pub(super) fn grants(name: &str, policies: &Value) -> Vec<Grant> {
    let policies = policies.as_array().expect("policies").iter();
    let statements =
        policies.flat_map(|policy| policy["Statement"].as_array().expect("an inline policy"));
    let grants = statements.filter(|statement| statement["Effect"] != "Deny");
    grants.map(|statement| grant(name, statement)).collect()
}

fn grant(name: &str, statement: &Value) -> Grant {
    assert_eq!(statement["Effect"], "Allow", "{name}");
    let actions = list(&statement["Action"]);
    let resources = list(&statement["Resource"]).iter().map(Value::to_string).collect();
    let conditions = &statement["Condition"];
    let leading_keys = &conditions["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let grant = Grant {
        actions: actions.iter().map(text).collect(),
        resources,
        leading_keys: leading_keys.as_array().into_iter().flatten().map(text).collect(),
    };
    let is_of_table = grant.is_of_table();
    assert_eq!(is_of_table, !grant.leading_keys.is_empty(), "{name}: {statement}");
    let members = conditions.as_object().map_or(0, |conditions| conditions.len());
    assert_eq!(members, usize::from(is_of_table), "{name}: {statement}");
    grant
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

impl Grant {
    /// Whether it is about the table or an index of it.
    fn is_of_table(&self) -> bool {
        self.actions.iter().any(|action| action.starts_with("dynamodb:"))
    }

    pub(crate) fn rights(&self) -> impl Iterator<Item = Right> {
        self.actions.iter().flat_map(|action| {
            self.resources.iter().map(move |resource| (action.clone(), resource.clone()))
        })
    }

    /// Whether it lets that happen, to every partition that it happens to.
    pub(crate) fn allows(&self, access: &Access) -> bool {
        let names = self.rights().any(|right| right == access.right());
        let is_known = |key: &String| self.leading_keys.iter().any(|like| is_like(key, like));
        names && access.leading_keys.iter().all(is_known)
    }
}

/// As IAM's `StringLike` compares, of whose two signs the template uses one.
fn is_like(text: &str, like: &str) -> bool {
    let Some((start, rest)) = like.split_once('*') else { return text == like };
    let Some(text) = text.strip_prefix(start) else { return false };
    text.char_indices()
        .map(|(index, _)| index)
        .chain([text.len()])
        .any(|index| text.get(index..).is_some_and(|text| is_like(text, rest)))
}

#[test]
fn a_partition_is_like_what_the_template_says_of_it() {
    for (text, like, expected) in [
        ("A#1#B#2", "A#*#B#*", true),
        ("A#1#C#2", "A#*#B#*", false),
        ("A#1#B#2", "A#*", true),
        ("AB#1", "A#*", false),
        ("A#1#KEYS", "A#*#KEYS", true),
        ("A#1#KEYS#2", "A#*#KEYS", false),
    ] {
        assert_eq!(is_like(text, like), expected, "{text} {like}");
    }
}
