//! The kept corpus and random bytes, through the same laws as the fuzzer's inputs.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

type Target = (&'static str, fn(&[u8]) -> bool);

const TARGETS: [Target; 5] = [
    ("api_key", api_key),
    ("cursor", cursor),
    ("event", event),
    ("token", token),
    ("unsubscribe_token", unsubscribe_token),
];

/// The most inputs that are kept for a target.
const MOST_INPUTS: usize = 50;

/// The most bytes that all kept inputs have.
const MOST_BYTES: usize = 300 * 1024;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz")).join(name)
}

/// The names of what is in a folder, in their order.
fn names(folder: &PathBuf) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = folder("corpus").join(target);
    names(&folder).into_iter().map(|name| fs::read(folder.join(name)).unwrap()).collect()
}

#[test]
fn every_input_of_the_corpus_keeps_the_laws() {
    for (target, keeps_the_laws) in TARGETS {
        let inputs = corpus(target);
        let let_in = inputs.iter().filter(|input| keeps_the_laws(input)).count();
        // Else the laws of what is let in, or of what is not, were not asked for.
        assert!(let_in > 0, "{target} lets nothing in");
        assert!(let_in < inputs.len(), "{target} lets everything in");
    }
}

#[test]
fn the_corpus_is_small_and_of_the_targets_alone() {
    let targets = TARGETS.map(|(target, _)| target);
    assert_eq!(names(&folder("corpus")), targets);
    let programs = targets.map(|target| format!("{target}.rs"));
    assert_eq!(names(&folder("fuzz_targets")), programs);
    let inputs = targets.map(corpus);
    for (target, inputs) in targets.iter().zip(&inputs) {
        assert!(inputs.len() <= MOST_INPUTS, "{target} has {} inputs", inputs.len());
    }
    assert!(inputs.iter().flatten().map(Vec::len).sum::<usize>() <= MOST_BYTES);
}

/// An input of the corpus with some of it overwritten or cut off.
fn mutated(target: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let inputs = proptest::sample::select(corpus(target));
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (inputs, changes, any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(mut input, changes, end, is_cut)| {
            let length = input.len();
            if length > 0 {
                changes.into_iter().for_each(|(at, to)| input[at.index(length)] = to);
                input.truncate(if is_cut { end.index(length) } else { length });
            }
            input
        },
    )
}

/// Any bytes, any text, and what is nearly an input of the corpus.
fn bytes_for(target: &'static str) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        "\\PC{0,80}".prop_map(String::into_bytes),
        mutated(target),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_keep_the_laws_of_api_keys(bytes in bytes_for("api_key")) {
        api_key(&bytes);
    }

    #[test]
    fn any_bytes_keep_the_laws_of_cursors(bytes in bytes_for("cursor")) {
        cursor(&bytes);
    }

    #[test]
    fn any_bytes_keep_the_laws_of_events(bytes in bytes_for("event")) {
        event(&bytes);
    }

    #[test]
    fn any_bytes_keep_the_laws_of_tokens(bytes in bytes_for("token")) {
        token(&bytes);
    }

    #[test]
    fn any_bytes_keep_the_laws_of_unsubscribe_tokens(bytes in bytes_for("unsubscribe_token")) {
        unsubscribe_token(&bytes);
    }
}
