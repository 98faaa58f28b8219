//! The packages of the workspace.

use crate::manifest::{self, Key};
use crate::tree::{Fault, Tree};

/// `main` boots, nothing else.
const LONGEST_MAIN: usize = 12;

/// One name everywhere: the folder's is the package's and the binary's.
pub(super) fn are_named_after_their_folder(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for name in tree.functions() {
        let path = manifest_of(name);
        let Some(text) = tree.text(&path) else {
            faults.push(Fault::new(
                path,
                1,
                "it is missing",
                "a folder of functions/ is a package",
            ));
            continue;
        };
        let keys = manifest::keys(text);
        for (table, right) in [("package", "name"), ("bin", "name")] {
            let right = format!("`{right} = \"{name}\"` in [{table}], as the folder");
            match manifest::find(&keys, table, "name") {
                Some(key) if key.text() == name => {}
                Some(key) => {
                    let what = format!("the {table} is named `{}`", key.text());
                    faults.push(Fault::new(&path, key.line, what, right));
                }
                None => faults.push(Fault::new(&path, 1, format!("no name of the {table}"), right)),
            }
        }
    }
    faults
}

/// Tests inside function binaries relink every one of them after a change in `shared`: 52 s,
/// against 6 s.
pub(super) fn have_no_tests_of_their_own(tree: &Tree) -> Vec<Fault> {
    let off = [("bin", "test"), ("lib", "test"), ("lib", "doctest")];
    let mut faults = Vec::new();
    for name in tree.functions() {
        let path = manifest_of(name);
        let keys = tree.text(&path).map(manifest::keys).unwrap_or_default();
        for (table, key) in off {
            let found = manifest::find(&keys, table, key);
            if found.is_none_or(|found| found.value != "false") {
                let line = found.map_or_else(|| table_line(&keys, table), |found| found.line);
                let what = format!("[{table}] is built for tests");
                let right = format!(
                    "`{key} = false` in [{table}]: a function's tests are in local/tests/api/"
                );
                faults.push(Fault::new(&path, line, what, right));
            }
        }
    }
    faults
}

/// What a binary does is written once, in `shared::boot`.
pub(super) fn only_boot_in_main(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for name in tree.functions() {
        let path = format!("functions/{name}/src/main.rs");
        let lines = tree.text(&path).map(|text| text.lines().count());
        let what = match lines {
            Some(lines) if lines <= LONGEST_MAIN => continue,
            Some(lines) => format!("{lines} lines"),
            None => "it is missing".to_owned(),
        };
        let right = format!("at most {LONGEST_MAIN} lines that boot the handler of src/lib.rs");
        faults.push(Fault::new(path, LONGEST_MAIN + 1, what, right));
    }
    faults
}

/// A version declared twice is two builds of one crate, sooner or later. Features may be added.
pub(super) fn take_dependencies_from_the_workspace(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in members(tree) {
        let keys = manifest::keys(text);
        for key in &keys {
            let Some(dependency) = dependency(key) else { continue };
            let inherits = keys.iter().any(|other| {
                other.table_line == key.table_line
                    && self::dependency(other) == Some(dependency)
                    && inherits(other)
            });
            if !inherits {
                let what = format!("`{dependency}` is declared here");
                let right = format!(
                    "`{dependency}.workspace = true`, and its version in the root's Cargo.toml"
                );
                faults.push(Fault::new(path, key.line, what, right));
            }
        }
    }
    faults
}

/// A package that does not ask for the workspace's lints has none.
pub(super) fn inherit_the_lints(tree: &Tree) -> Vec<Fault> {
    let silent = |(path, text)| {
        let keys = manifest::keys(text);
        let inherits = manifest::find(&keys, "lints", "workspace")
            .is_some_and(|key| key.value == "true")
            || manifest::find(&keys, "", "lints.workspace").is_some();
        let right = "`workspace = true` in [lints]";
        (!inherits).then(|| Fault::new(path, 1, "the lints of the workspace do not apply", right))
    };
    members(tree).filter_map(silent).collect()
}

fn manifest_of(name: &str) -> String {
    format!("functions/{name}/Cargo.toml")
}

fn members(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.files().filter(|(path, _)| path.ends_with("/Cargo.toml"))
}

fn table_line(keys: &[Key<'_>], table: &str) -> usize {
    keys.iter().find(|key| key.table == table).map_or(1, |key| key.table_line)
}

/// The dependency that a key is about, in any of the three ways to write one.
fn dependency<'a>(key: &Key<'a>) -> Option<&'a str> {
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let (parent, last) = key.table.rsplit_once('.').unwrap_or(("", key.table));
    let of_this =
        |table: &str| tables.iter().any(|t| table == *t || table.ends_with(&format!(".{t}")));
    if of_this(key.table) {
        key.key.split('.').next()
    } else if of_this(parent) {
        Some(last)
    } else {
        None
    }
}

fn inherits(key: &Key<'_>) -> bool {
    let by_key = key.key == "workspace" || key.key.ends_with(".workspace");
    (by_key && key.value == "true") || key.value.replace(' ', "").contains("workspace=true")
}

#[cfg(test)]
mod tests {
    use super::super::assert_rule;
    use super::*;

    const GOOD: &str = "[package]
name = \"get-a\"

[[bin]]
name = \"get-a\"
test = false

[lib]
test = false
doctest = false

[dependencies]
serde.workspace = true
http = { workspace = true, optional = true }

[dev-dependencies.tokio]
workspace = true
features = [\"full\"]

[lints]
workspace = true
";

    fn with(from: &str, to: &str) -> Tree {
        assert!(GOOD.contains(from));
        Tree::of(&[("functions/get-a/Cargo.toml", &GOOD.replacen(from, to, 1))])
    }

    #[test]
    fn packages_and_binaries_are_named_after_their_folder() {
        let binary = with("[[bin]]\nname = \"get-a\"", "[[bin]]\nname = \"get-b\"");
        let no_manifest = Tree::of(&[("functions/get-a/src/lib.rs", "")]);
        let bad = [
            (
                with("name = \"get-a\"", "name = \"get-b\""),
                "Cargo.toml:2: the package is named `get-b`",
            ),
            (binary, "Cargo.toml:5: the bin is named `get-b`"),
            (with("[[bin]]\nname = \"get-a\"\n", "[[bin]]\n"), "no name of the bin"),
            (no_manifest, "missing"),
        ];
        assert_rule(are_named_after_their_folder, &with("", ""), &bad);
    }

    #[test]
    fn functions_have_no_tests_of_their_own() {
        let bad = [
            (with("test = false\n\n[lib]", "\n[lib]"), "`test = false` in [bin]"),
            (with("doctest = false", "doctest = true"), "Cargo.toml:10: [lib]"),
        ];
        assert_rule(have_no_tests_of_their_own, &with("", ""), &bad);
    }

    #[test]
    fn main_has_at_most_twelve_lines() {
        let tree = |lines| Tree::of(&[("functions/get-a/src/main.rs", &"\n".repeat(lines))]);
        let missing = Tree::of(&[("functions/get-a/Cargo.toml", "")]);
        assert_rule(only_boot_in_main, &tree(12), &[(tree(13), "13 lines"), (missing, "missing")]);
    }

    #[test]
    fn dependencies_come_from_the_workspace() {
        let bad = [
            (with("serde.workspace = true", "serde = \"1\""), "Cargo.toml:13: `serde`"),
            (with("workspace = true, optional", "version = \"1\", optional"), "`http`"),
            (
                with("[dev-dependencies.tokio]\nworkspace = true\n", "[dev-dependencies.tokio]\n"),
                "`tokio`",
            ),
        ];
        assert_rule(take_dependencies_from_the_workspace, &with("", ""), &bad);
    }

    #[test]
    fn lints_are_inherited() {
        let bad = with("[lints]\nworkspace = true\n", "");
        assert_rule(inherit_the_lints, &with("", ""), &[(bad, "lints")]);
    }
}
