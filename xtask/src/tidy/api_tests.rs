//! The tests of the functions: one file each in `local/tests/api/`, one binary.

use std::collections::BTreeSet;

use crate::names;
use crate::rust_text;
use crate::tree::{Fault, Tree, line_of};

const FOLDER: &str = "local/tests/api";

/// The file where the modules of the test binary are named.
const MAIN: &str = "local/tests/api/main.rs";

/// The modules that are about no function: the binary's root, what holds over all functions, what
/// tests need.
const BESIDES: [&str; 3] = ["main", "across", "support"];

/// A function's tests are found by its name.
pub(super) fn exist_for_every_function(tree: &Tree) -> Vec<Fault> {
    let tests = tree.stems(FOLDER, ".rs");
    let missing = |name: &str| {
        let snake = names::snake(name);
        let path = format!("{FOLDER}/{snake}.rs");
        let right = format!("the tests of functions/{name}");
        (!tests.contains(&snake.as_str())).then(|| Fault::new(path, 1, "it is missing", right))
    };
    tree.functions().into_iter().filter_map(missing).collect()
}

/// A test that outlives its function, or is named after something else, is not found.
pub(super) fn are_of_a_function(tree: &Tree) -> Vec<Fault> {
    let mut known: BTreeSet<String> = tree.functions().into_iter().map(names::snake).collect();
    known.extend(BESIDES.map(str::to_owned));
    let stray = tree.stems(FOLDER, ".rs").into_iter().filter(|stem| !known.contains(*stem));
    let fault = |stem: &str| {
        let right = "the name of a folder of functions/ with `_`; what holds over all of them goes into across/";
        Fault::new(format!("{FOLDER}/{stem}.rs"), 1, "no function has this name", right)
    };
    stray.map(fault).collect()
}

/// A file that no `mod` line names is not compiled, and so passes.
pub(super) fn are_all_built(tree: &Tree) -> Vec<Fault> {
    let main = tree.text(MAIN).unwrap_or_default();
    let code = rust_text::code(main);
    let modules: Vec<&str> = code.lines().filter_map(module).collect();
    let tests = tree.stems(FOLDER, ".rs").into_iter().filter(|stem| *stem != "main");
    let unnamed = tests.filter(|stem| !modules.contains(stem)).map(|stem| {
        let line = line_of(main, "mod ");
        Fault::new(MAIN, line, format!("{stem}.rs is never built"), format!("`mod {stem};`"))
    });
    unnamed.collect()
}

/// The module that a line names.
fn module(line: &str) -> Option<&str> {
    line.trim().strip_prefix("mod ")?.strip_suffix(';')
}

#[cfg(test)]
mod tests {
    use super::super::assert_rule;
    use super::*;

    #[test]
    fn every_function_has_its_test() {
        let function = ("functions/get-a/Cargo.toml", "");
        let good = Tree::of(&[function, ("local/tests/api/get_a.rs", "")]);
        assert_rule(
            exist_for_every_function,
            &good,
            &[(Tree::of(&[function]), "local/tests/api/get_a.rs")],
        );
    }

    #[test]
    fn every_test_has_its_function() {
        let function = ("functions/get-a/Cargo.toml", "");
        let test = ("local/tests/api/get_a.rs", "");
        let good = Tree::of(&[function, test, (MAIN, ""), ("local/tests/api/across/laws.rs", "")]);
        assert_rule(are_of_a_function, &good, &[(Tree::of(&[test]), "get_a.rs:1: no function")]);
    }

    #[test]
    fn every_test_is_built() {
        let test = ("local/tests/api/get_a.rs", "");
        let good = Tree::of(&[test, (MAIN, "//! About.\n\nmod get_a;\n")]);
        let bad = Tree::of(&[test, (MAIN, "mod get_b;\n// mod get_a;\n")]);
        assert_rule(are_all_built, &good, &[(bad, "main.rs:1: get_a.rs is never built")]);
    }
}
