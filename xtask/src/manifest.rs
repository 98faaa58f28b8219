//! `Cargo.toml` line by line: enough to see which tables and keys it has, and where.
//!
//! Not a TOML parser. Cargo has read the file before this runs, so it is valid, and the house
//! writes one key a line.

/// One `key = value` of a manifest.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Key<'a> {
    /// The table it is in, `package` or `dependencies.serde`; empty above the first one.
    pub(crate) table: &'a str,
    /// Which table of that name, counted over the whole file: tells two `[[bin]]` apart.
    pub(crate) table_line: usize,
    pub(crate) key: &'a str,
    pub(crate) value: &'a str,
    /// The line, counted from 1.
    pub(crate) line: usize,
}

impl Key<'_> {
    /// The value without the quotes of a string.
    pub(crate) fn text(&self) -> &str {
        self.value.trim_matches('"')
    }
}

/// Every key of the manifest in its order.
pub(crate) fn keys(text: &str) -> Vec<Key<'_>> {
    let mut keys = Vec::new();
    let (mut table, mut table_line, mut open) = ("", 1, false);
    for (index, line) in text.lines().enumerate() {
        let line_number = index + 1;
        let line = line.split(" #").next().unwrap_or_default().trim();
        if open {
            // Within an array of several lines, whose elements are no keys.
            open = line != "]" && line != "}";
        } else if let Some(name) = line.strip_prefix('[') {
            table = name.trim_start_matches('[').trim_end_matches(']').trim();
            table_line = line_number;
        } else if !line.starts_with('#')
            && let Some((key, value)) = line.split_once('=')
        {
            let (key, value) = (key.trim(), value.trim());
            open = value == "[" || value == "{";
            keys.push(Key { table, table_line, key, value, line: line_number });
        }
    }
    keys
}

/// The key `key` of the first table `table`.
pub(crate) fn find<'a>(keys: &'a [Key<'a>], table: &str, key: &str) -> Option<&'a Key<'a>> {
    keys.iter().find(|found| found.table == table && found.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_know_their_table_and_line() {
        let text = "# about\n[package]\nname = \"a\" # why\nkeywords = [\n  \"x = y\",\n]\n\n[[bin]]\ntest = false\n";
        let keys = keys(text);
        let seen: Vec<_> = keys.iter().map(|k| (k.table, k.key, k.text(), k.line)).collect();
        let expected = [
            ("package", "name", "a", 3),
            ("package", "keywords", "[", 4),
            ("bin", "test", "false", 9),
        ];
        assert_eq!(seen, expected);
    }
}
