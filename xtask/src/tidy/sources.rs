//! Rules of taste that need no compiler.

use crate::rust_text;
use crate::tree::{Fault, Tree};

/// A file is read whole.
const LONGEST_FILE: usize = 250;

/// Names that say only that someone did not know where else to put it.
const EMPTY_NAMES: [&str; 10] = [
    "utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services",
    "misc",
];

/// The one file that may spell the text of a key, and how a key begins. Written in two pieces, so
/// that this file does not.
const KEYS: (&str, &str) = ("shared/src/store/keys.rs", concat!("OU", "#"));

/// Files stay short.
pub(super) fn files_are_short(tree: &Tree) -> Vec<Fault> {
    let fault = |(path, text): (&str, &str)| {
        let lines = text.lines().count();
        let right = format!("at most {LONGEST_FILE} lines: a second file by what it is about");
        (lines > LONGEST_FILE)
            .then(|| Fault::new(path, LONGEST_FILE + 1, format!("{lines} lines"), right))
    };
    tree.rust().filter_map(fault).collect()
}

/// A name says what is there.
pub(super) fn names_say_something(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in tree.rust() {
        // Clippy lets the folders of tests have them.
        if path.ends_with("/mod.rs") {
            let right = "the module's file beside its folder, under its own name";
            faults.push(Fault::new(path, 1, "`mod.rs`", right));
        }
        let stem = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        faults.extend(empty_name(stem).map(|name| Fault::new(path, 1, name, RIGHT_NAME)));
        for (index, line) in rust_text::code(text).lines().enumerate() {
            let module = line.trim().strip_suffix('{').and_then(|line| line.split("mod ").nth(1));
            let name = module.and_then(|name| empty_name(name.trim()));
            faults.extend(name.map(|name| Fault::new(path, index + 1, name, RIGHT_NAME)));
        }
    }
    for (path, _) in tree.files().filter(|(path, _)| path.ends_with("/Cargo.toml")) {
        let folder = path.rsplit('/').nth(1).unwrap_or_default();
        faults.extend(empty_name(folder).map(|name| Fault::new(path, 1, name, RIGHT_NAME)));
    }
    faults
}

const RIGHT_NAME: &str = "the noun it is about";

fn empty_name(name: &str) -> Option<String> {
    let last = name.rsplit(['_', '-']).next().unwrap_or_default();
    EMPTY_NAMES.contains(&last).then(|| format!("the name `{name}` says nothing"))
}

/// What is silenced or unfinished looks finished from outside.
pub(super) fn nothing_is_silenced_or_unfinished(tree: &Tree) -> Vec<Fault> {
    let silenced = "`#[expect(lint, reason = \"…\")]`, which says why and when it is over";
    let rules = [
        ("#[allow(", silenced),
        ("#![allow(", silenced),
        ("#[ignore", "a test that runs, or none"),
        ("unimplemented!", "write it, or answer an honest error"),
    ];
    let mut faults = Vec::new();
    for (path, text) in tree.rust() {
        for (index, line) in rust_text::code(text).lines().enumerate() {
            let found = rules.iter().find(|(word, _)| line.contains(word));
            faults.extend(
                found.map(|(word, right)| Fault::new(path, index + 1, format!("`{word}`"), *right)),
            );
        }
    }
    faults
}

/// A key that is spelled in two places is, one day, spelled in two ways. Comments count: they go
/// stale first.
pub(super) fn keys_are_written_in_one_file(tree: &Tree) -> Vec<Fault> {
    let (home, start) = KEYS;
    let mut faults = Vec::new();
    for (path, text) in tree.rust().filter(|(path, _)| *path != home) {
        for (index, line) in rust_text::outside_tests(path, text).lines().enumerate() {
            if line.contains(start) {
                let right = format!("a function of {home}");
                faults.push(Fault::new(
                    path,
                    index + 1,
                    format!("the text of a key, `{start}`"),
                    right,
                ));
            }
        }
    }
    faults
}

/// Without it the next line that is added changes two.
pub(super) fn end_with_a_newline(tree: &Tree) -> Vec<Fault> {
    let fault = |(path, text): (&str, &str)| {
        let open = !text.is_empty() && !text.ends_with('\n');
        let line = text.lines().count();
        open.then(|| {
            Fault::new(path, line, "no newline at the end", "a newline after the last line")
        })
    };
    tree.files().filter_map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::super::assert_rule;
    use super::*;

    fn file(path: &str, text: &str) -> Tree {
        Tree::of(&[(path, text)])
    }

    #[test]
    fn files_have_at_most_250_lines() {
        let lines = |count| file("shared/src/a.rs", &"\n".repeat(count));
        assert_rule(files_are_short, &lines(250), &[(lines(251), "a.rs:251: 251 lines")]);
    }

    #[test]
    fn names_that_say_nothing_are_refused() {
        let good = file("shared/src/helper_text.rs", "mod tests {\n// mod utils {\n}\n");
        let bad = [
            (file("shared/src/store/mod.rs", ""), "mod.rs"),
            (file("shared/src/utils.rs", ""), "`utils`"),
            (file("shared/src/slack_service.rs", ""), "`slack_service`"),
            (file("shared/src/a.rs", "\npub mod helpers {\n}\n"), "a.rs:2: the name `helpers`"),
            (file("common/Cargo.toml", ""), "`common`"),
        ];
        assert_rule(names_say_something, &good, &bad);
    }

    #[test]
    fn nothing_is_silenced_or_left_unfinished() {
        let good = file(
            "a/b.rs",
            "// unimplemented!()\n#[expect(dead_code, reason = \"#[allow(\")]\nfn a() {}\n",
        );
        let bad = [
            "#[allow(dead_code)]",
            "#![allow(dead_code)]",
            "#[ignore = \"slow\"]",
            "unimplemented!()",
        ]
        .map(|code| (file("a/b.rs", &format!("fn a() {{}}\n{code}\n")), "b.rs:2: `"));
        assert_rule(nothing_is_silenced_or_unfinished, &good, &bad);
    }

    #[test]
    fn only_keys_rs_spells_a_key() {
        let (home, start) = KEYS;
        let line = format!("let a = \"{start}\";\n");
        let test = format!("#[cfg(test)]\nmod tests {{\n{line}}}\n");
        let good =
            Tree::of(&[(home, &line), ("shared/src/a.rs", &test), ("local/tests/api/a.rs", &line)]);
        let bad = file("shared/src/store/member.rs", &format!("\n{line}"));
        assert_rule(keys_are_written_in_one_file, &good, &[(bad, "member.rs:2:")]);
    }

    #[test]
    fn every_file_ends_with_a_newline() {
        let good = Tree::of(&[("a.rs", "a\n"), ("empty", "")]);
        assert_rule(end_with_a_newline, &good, &[(file("a.md", "a\nb"), "a.md:2:")]);
    }
}
