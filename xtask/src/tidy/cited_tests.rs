//! The tests that pages name beside what must always hold.

use std::collections::BTreeSet;

use crate::rust_text;
use crate::tree::{Fault, Tree};

/// The pages that are nothing without the tests they name.
const CITING: [&str; 2] = ["ARCHITECTURE.md", "SECURITY.md"];

/// A name of so many words is a sentence, and only tests are called by sentences.
const SENTENCE: usize = 5;

/// A claim whose test was renamed or dropped looks held and is not.
pub(super) fn exist(tree: &Tree) -> Vec<Fault> {
    let sources: Vec<String> = tree.rust().map(|(_, text)| rust_text::code(text)).collect();
    let functions: BTreeSet<&str> = sources.iter().flat_map(|code| functions(code)).collect();
    let pages = tree.files().filter(|(path, _)| path.ends_with(".md"));
    pages.flat_map(|(path, text)| faults(path, text, &functions)).collect()
}

fn faults(path: &str, text: &str, functions: &BTreeSet<&str>) -> Vec<Fault> {
    let cited = cited(text);
    if cited.is_empty() && CITING.contains(&path) {
        let right = "a table with a column `tests` that names them, as in `its_test_says_so`";
        return vec![Fault::new(path, 1, "it names no test", right)];
    }
    let missing = cited.into_iter().filter(|(_, name)| !functions.contains(name));
    let fault = |(line, name)| {
        Fault::new(path, line, format!("there is no test `{name}`"), "the name of one there is")
    };
    missing.map(fault).collect()
}

/// Every name in backticks, of words joined by `_`, in a column whose heading speaks of tests; and
/// anywhere else those that are sentences.
fn cited(text: &str) -> Vec<(usize, &str)> {
    let mut cited = Vec::new();
    let mut column = None;
    let mut in_table = false;
    for (index, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.split('|').collect();
        let is_row = line.starts_with('|');
        if is_row && !in_table {
            column = cells.iter().position(|cell| is_of_tests(cell));
        }
        in_table = is_row;
        let column = column.filter(|_| is_row);
        for (place, cell) in cells.iter().enumerate() {
            let words = if column == Some(place) { 2 } else { SENTENCE };
            let quoted = cell.split('`').skip(1).step_by(2);
            let named = quoted.filter(|name| is_snake(name) && name.split('_').count() >= words);
            cited.extend(named.map(|name| (index + 1, name)));
        }
    }
    cited
}

fn is_of_tests(heading: &str) -> bool {
    heading.split_whitespace().any(|word| word == "test" || word == "tests")
}

fn is_snake(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
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

It is `a_b_c_d`, and stays so (`it_holds_for_good_too`).
";

    const SOURCE: &str = "#[test]
fn it_holds() {}
#[tokio::test]
async fn it_holds_again() {}
proptest! { #[test] fn it_is_one(x in 0..1) {} }
#[test]
fn it_holds_for_good_too() {}
";

    /// A tree of the page at `path` and of the tests, with `to` in the place of `from`.
    fn tree(path: &str, from: &str, to: &str) -> Tree {
        assert!(TEXT.contains(from) || SOURCE.contains(from));
        let source = SOURCE.replace(from, to);
        Tree::of(&[(path, &TEXT.replace(from, to)), ("local/tests/api/a.rs", &source)])
    }

    #[test]
    fn every_test_that_is_cited_exists() {
        for path in ["ARCHITECTURE.md", "SECURITY.md", "docs/decisions/a.md"] {
            let bad = [
                (tree(path, "fn it_holds()", "fn it_held()"), "md:9: there is no test `it_holds`"),
                (tree(path, "async fn it_holds_again", "// fn it_holds_again"), "`it_holds_again`"),
                (tree(path, "| `it_is_one`", "| `it_is_two`"), "md:13: there is no test `it_is_t"),
                (tree(path, "fn it_holds_for_good", "fn it_held_for_good"), "md:15: there is no"),
            ];
            assert_rule(exist, &tree(path, "", ""), &bad);
        }
    }

    #[test]
    fn what_stands_on_its_tests_names_some() {
        let silent = |path| (Tree::of(&[(path, "# A\n\nIt holds.\n")]), "md:1: it names no test");
        let bad = [silent("ARCHITECTURE.md"), silent("SECURITY.md")];
        assert_rule(exist, &Tree::of(&[("README.md", "# A\n\nIt holds.\n")]), &bad);
    }

    #[test]
    fn a_fault_is_told_of_the_page_that_has_it() {
        let mut tree = tree("ARCHITECTURE.md", "", "");
        tree.put("SECURITY.md", TEXT.replace("`it_holds`", "`nobody_gets_in`"));
        let faults: Vec<String> = exist(&tree).iter().map(ToString::to_string).collect();
        let told = "SECURITY.md:9: there is no test `nobody_gets_in`";
        assert!(matches!(&faults[..], [fault] if fault.starts_with(told)), "{faults:#?}");
    }
}
