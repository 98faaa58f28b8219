//! `cargo xtask tidy`: everything of one function has one name, and the sources keep the house's
//! rules.
//!
//! A rule is a function over the [`Tree`]; it reports every fault, not only the first.

mod api_tests;
mod cited_tests;
mod descriptions;
mod events;
mod packages;
mod sources;

use std::collections::BTreeSet;

use crate::tree::{Fault, Tree};

type Rule = fn(&Tree) -> Vec<Fault>;

const RULES: [Rule; 25] = [
    packages::are_named_after_their_folder,
    packages::have_no_tests_of_their_own,
    packages::only_boot_in_main,
    packages::take_dependencies_from_the_workspace,
    packages::inherit_the_lints,
    events::exist_for_every_function,
    events::ask_for_a_route_of_their_function,
    descriptions::template_has_every_function,
    descriptions::template_has_no_other_function,
    descriptions::openapi_has_every_route,
    descriptions::openapi_has_no_other_route,
    descriptions::api_page_is_of_openapi,
    descriptions::readme_lists_every_route,
    descriptions::readme_lists_every_worker,
    descriptions::changelog_exists,
    descriptions::budgets_name_every_function,
    api_tests::exist_for_every_function,
    api_tests::are_of_a_function,
    api_tests::are_all_built,
    cited_tests::exist,
    sources::files_are_short,
    sources::names_say_something,
    sources::nothing_is_silenced_or_unfinished,
    sources::keys_are_written_in_one_file,
    sources::end_with_a_newline,
];

/// Every fault of the repository, by file and line.
pub(crate) fn faults(tree: &Tree) -> BTreeSet<Fault> {
    RULES.iter().flat_map(|rule| rule(tree)).collect()
}

/// Asserts that `rule` finds nothing in `good` and exactly one fault, one that says `word`, in
/// `bad`.
#[cfg(test)]
#[track_caller]
fn assert_rule(rule: Rule, good: &Tree, bad: &[(Tree, &str)]) {
    assert_eq!(rule(good), [], "the good tree");
    for (tree, word) in bad {
        let faults = rule(tree);
        assert_eq!(faults.len(), 1, "{word}: {faults:#?}");
        assert!(faults[0].to_string().contains(word), "{word}: {}", faults[0]);
    }
}
