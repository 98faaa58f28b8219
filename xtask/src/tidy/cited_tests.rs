//! The tests that ARCHITECTURE.md names beside what must always hold.

use std::collections::BTreeSet;

use crate::rust_text;
use crate::tree::{Fault, Tree};

const PATH: &str = "ARCHITECTURE.md";

/// A claim whose test was renamed or dropped looks held and is not.
pub(super) fn exist(tree: &Tree) -> Vec<Fault> {
    let Some(text) = tree.text(PATH) else { return Vec::new() };
    let cited = cited(text);
    if cited.is_empty() {
        let right = "a table with a column `tests` that names them, as in `its_test_says_so`";
        return vec![Fault::new(PATH, 1, "it names no test", right)];
    }
    let sources: Vec<String> = tree.rust().map(|(_, text)| rust_text::code(text)).collect();
    let functions: BTreeSet<&str> = sources.iter().flat_map(|code| functions(code)).collect();
    let missing = cited.into_iter().filter(|(_, name)| !functions.contains(name));
    let fault = |(line, name)| {
        Fault::new(PATH, line, format!("there is no test `{name}`"), "the name of one there is")
    };
    missing.map(fault).collect()
}

/// Every name in backticks, of words joined by `_`, in a column whose heading speaks of tests.
fn cited(text: &str) -> Vec<(usize, &str)> {
    let mut cited = Vec::new();
    let mut column = None;
    let mut in_table = false;
    for (index, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.split('|').collect();
        let is_row = line.starts_with('|');
        if is_row && !in_table {
            column = cells.iter().position(|cell| is_of_tests(cell));
        } else if is_row && let Some(cell) = column.and_then(|column| cells.get(column)) {
            let quoted = cell.split('`').skip(1).step_by(2).filter(|name| is_snake(name));
            cited.extend(quoted.map(|name| (index + 1, name)));
        }
        in_table = is_row;
    }
    cited
}

fn is_of_tests(heading: &str) -> bool {
    heading.split_whitespace().any(|word| word == "test" || word == "tests")
}

fn is_snake(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.contains('_') && name.chars().all(is_letter)
}

/// The name of every function of `code`.
fn functions(code: &str) -> impl Iterator<Item = &str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    code.split("fn ").skip(1).filter_map(move |rest| rest.split(|c| !is_name(c)).next())
}

#[cfg(test)]
mod tests {
    use super::super::assert_rule;
    use super::*;

    const TEXT: &str = "# A

| item | holds |
|---|---|
| `a_b` | no tests |

| invariant | tests that say so |
|---|---|
| `c_d` holds. | `it_holds`, `it_holds_again`; `cargo xtask tidy` |

| trips | test |
|---|---|
| 1 | `it_is_one` |
";

    const SOURCE: &str = "#[test]
fn it_holds() {}
#[tokio::test]
async fn it_holds_again() {}
proptest! { #[test] fn it_is_one(x in 0..1) {} }
";

    fn tree(from: &str, to: &str) -> Tree {
        assert!(TEXT.contains(from) || SOURCE.contains(from));
        let source = SOURCE.replace(from, to);
        Tree::of(&[(PATH, &TEXT.replace(from, to)), ("local/tests/api/a.rs", &source)])
    }

    #[test]
    fn every_test_that_is_cited_exists() {
        let bad = [
            (tree("fn it_holds()", "fn it_held()"), "ARCHITECTURE.md:9: there is no test `it_h"),
            (tree("async fn it_holds_again", "// fn it_holds_again"), "`it_holds_again`"),
            (tree("| `it_is_one`", "| `it_is_two`"), "ARCHITECTURE.md:13: there is no test `it_i"),
            (tree("test", "check"), "ARCHITECTURE.md:1: it names no test"),
        ];
        assert_rule(exist, &tree("", ""), &bad);
        assert_eq!(exist(&Tree::default()), []);
    }
}
