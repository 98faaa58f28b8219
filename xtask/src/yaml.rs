//! YAML with the line of every key, in the order of the file.

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

use crate::tree::Fault;

/// A node of a YAML document. CloudFormation's tags (`!Ref`, `!Sub`) are dropped: only the value is
/// kept.
#[derive(Debug)]
pub(crate) struct Node {
    /// Where the node starts, counted from 1.
    pub(crate) line: usize,
    value: Value,
}

#[derive(Debug)]
enum Value {
    /// Its text, and whether it is one to YAML too: `"1"` is, `1` is not.
    Scalar(String, bool),
    Map(Vec<Entry>),
    List(Vec<Node>),
}

/// One key of a mapping with its value.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    /// The line of the key.
    pub(crate) line: usize,
    pub(crate) node: Node,
}

impl Node {
    /// Reads the first document of `text`.
    ///
    /// # Errors
    /// A fault at the line where the text stops being YAML.
    pub(crate) fn parse(path: &str, text: &str) -> Result<Self, Fault> {
        let documents = MarkedYaml::load_from_str(text).map_err(|error| {
            Fault::new(path, error.marker().line(), error.info(), "a YAML document")
        })?;
        let document = documents.into_iter().next();
        document
            .map(Self::from)
            .ok_or_else(|| Fault::new(path, 1, "it is empty", "a YAML document"))
    }

    /// The value of `key`, if this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The value at the end of `keys`, one mapping within the other.
    pub(crate) fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text, _) => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The keys of a mapping in the order of the file; none for anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Scalar(..) | Value::List(_) => &[],
        }
    }

    /// The elements of a list; none for anything else.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            Value::Scalar(..) | Value::Map(_) => &[],
        }
    }

    /// The same in JSON, on one line.
    pub(crate) fn json(&self) -> String {
        let list = |items: Vec<String>| items.join(", ");
        match &self.value {
            Value::Scalar(text, true) => quoted(text),
            Value::Scalar(text, false) if text.is_empty() => "null".to_owned(),
            Value::Scalar(text, false) => text.clone(),
            Value::List(items) => format!("[{}]", list(items.iter().map(Self::json).collect())),
            Value::Map(entries) if entries.is_empty() => "{}".to_owned(),
            Value::Map(entries) => {
                let field =
                    |entry: &Entry| format!("{}: {}", quoted(&entry.key), entry.node.json());
                format!("{{ {} }}", list(entries.iter().map(field).collect()))
            }
        }
    }
}

impl From<MarkedYaml<'_>> for Node {
    fn from(yaml: MarkedYaml<'_>) -> Self {
        let line = yaml.span.start.line();
        let value = match yaml.data {
            YamlData::Tagged(_, node) => return Self::from(*node),
            YamlData::Sequence(items) => Value::List(items.into_iter().map(Self::from).collect()),
            YamlData::Mapping(entries) => {
                Value::Map(entries.into_iter().map(Entry::from).collect())
            }
            YamlData::Representation(text, _, _) => Value::Scalar(text.into_owned(), true),
            YamlData::Value(scalar) => {
                let is_text = matches!(scalar, Scalar::String(_));
                Value::Scalar(scalar_text(scalar), is_text)
            }
            YamlData::Alias(_) | YamlData::BadValue => Value::Scalar(String::new(), false),
        };
        Self { line, value }
    }
}

impl From<(MarkedYaml<'_>, MarkedYaml<'_>)> for Entry {
    fn from((key, node): (MarkedYaml<'_>, MarkedYaml<'_>)) -> Self {
        let key = Node::from(key);
        let line = key.line;
        let key = key.text().unwrap_or_default().to_owned();
        Self { key, line, node: node.into() }
    }
}

/// As a string of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn scalar_text(scalar: Scalar<'_>) -> String {
    match scalar {
        Scalar::Null => String::new(),
        Scalar::Boolean(value) => value.to_string(),
        Scalar::Integer(value) => value.to_string(),
        Scalar::FloatingPoint(value) => value.to_string(),
        Scalar::String(value) => value.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# a comment\nA:\n  B: !Sub x-${y}\n  C: [1, true]\n  # more\n  D: |\n    one\n\nE: 1\n";

    #[test]
    fn keys_have_their_line_and_tags_are_dropped() {
        let node = Node::parse("a.yaml", TEXT).unwrap();
        assert_eq!(node.at(&["A", "B"]).and_then(Node::text), Some("x-${y}"));
        let keys: Vec<_> = node.entries().iter().map(|e| (e.key.as_str(), e.line)).collect();
        assert_eq!(keys, [("A", 2), ("E", 9)]);
        assert_eq!(node.at(&["A", "X"]).map(|node| node.line), None);
    }

    #[test]
    fn as_json_it_keeps_its_order_and_what_is_no_text() {
        let text = "b: ['1', 1, 1.5, true, null, 'a\"b']\na: {}\nc: { d: [] }\n";
        let json = r#"{ "b": ["1", 1, 1.5, true, null, "a\"b"], "a": {}, "c": { "d": [] } }"#;
        assert_eq!(Node::parse("a.yaml", text).unwrap().json(), json);
    }

    #[test]
    fn what_is_no_yaml_is_a_fault_at_its_line() {
        let fault = Node::parse("a.yaml", "a: 1\nb: [\n").unwrap_err();
        assert!(fault.to_string().starts_with("a.yaml:"), "{fault}");
    }
}
