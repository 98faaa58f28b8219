//! Changes of a text that was good.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

use super::places::{leaves, with};
use super::values::{ODD, UNREADABLE};

/// One change.
#[derive(Debug, Clone)]
pub(super) enum Mutation {
    /// One odd value instead of another value.
    Replace(Index, Index),
    /// One bit is another.
    Flip(Index, u8),
    /// So many bytes are gone.
    Delete(Index, usize),
    /// So many bytes come twice.
    Repeat(Index, usize),
    /// So many bytes of another good text come between.
    Splice(Index, Index, usize),
    /// A piece of JSON comes between.
    Insert(Index, Index),
    /// All is gone from there on.
    Cut(Index),
}

/// Pieces that make the most of a reader.
const PIECES: [&str; 14] = [
    "\"", "\\", "{", "}", "[", "]", ",", ":", "\0", "\u{feff}", "\\ud800", "e999", "\"a\":1,",
    "{\"a\":[",
];

/// One to four changes: of values more often than of bytes, since most of those make no JSON.
pub(super) fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let (at, some) = (any::<Index>, 1..40_usize);
    let of_values = (at(), at()).prop_map(|(at, odd)| Mutation::Replace(at, odd));
    let of_bytes = prop_oneof![
        (at(), 0..8_u8).prop_map(|(at, bit)| Mutation::Flip(at, bit)),
        (at(), some.clone()).prop_map(|(at, bytes)| Mutation::Delete(at, bytes)),
        (at(), some.clone()).prop_map(|(at, bytes)| Mutation::Repeat(at, bytes)),
        (at(), at(), some).prop_map(|(at, from, bytes)| Mutation::Splice(at, from, bytes)),
        (at(), at()).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        at().prop_map(Mutation::Cut),
    ];
    prop::collection::vec(prop_oneof![3 => of_values, 2 => of_bytes], 1..5)
}

/// The text after all of them; pieces of the other one may be in it.
pub(super) fn mutated(text: &str, other: &str, mutations: &[Mutation]) -> Vec<u8> {
    let start = text.as_bytes().to_vec();
    mutations.iter().fold(start, |text, mutation| mutation.of(text, other.as_bytes()))
}

impl Mutation {
    fn of(&self, mut text: Vec<u8>, other: &[u8]) -> Vec<u8> {
        if text.is_empty() {
            return text;
        }
        let range = |at: &Index, bytes: usize, of: usize| {
            let start = at.index(of);
            start..of.min(start + bytes)
        };
        let put = |mut text: Vec<u8>, at: &Index, piece: &[u8]| {
            let at = at.index(text.len());
            text.splice(at..at, piece.iter().copied());
            text
        };
        match self {
            Self::Replace(at, odd) => {
                let Ok(value) = serde_json::from_slice::<Value>(&text) else { return text };
                let tokens = ODD.iter().chain(&UNREADABLE).collect::<Vec<_>>();
                let places = leaves(&value);
                if places.is_empty() {
                    return text;
                }
                with(&value, &places[at.index(places.len())], odd.get(&tokens).as_bytes())
            }
            Self::Flip(at, bit) => {
                let at = at.index(text.len());
                text[at] ^= 1 << bit;
                text
            }
            Self::Delete(at, bytes) => {
                let range = range(at, *bytes, text.len());
                text.drain(range);
                text
            }
            Self::Repeat(at, bytes) => {
                let piece = text[range(at, *bytes, text.len())].to_vec();
                put(text, at, &piece)
            }
            Self::Splice(at, from, bytes) => {
                let piece = &other[range(from, *bytes, other.len())];
                put(text, at, piece)
            }
            Self::Insert(at, piece) => put(text, at, piece.get(&PIECES).as_bytes()),
            Self::Cut(at) => {
                text.truncate(at.index(text.len()));
                text
            }
        }
    }
}
