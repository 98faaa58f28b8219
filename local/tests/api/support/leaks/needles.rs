//! Searching a text for many others at once.

use std::collections::{BTreeSet, HashMap};

use super::readings::readings;
use super::{Place, Secrets};

/// What a text has to have in common with a secret, in bytes, wherever it stands: a part of a credential or of a
/// message is as bad as all of it.
const PART: usize = 16;

/// How many parts of one secret are searched for.
const MOST_PARTS: usize = 64;

/// What the index goes by.
const START: usize = 4;

/// Secrets in small letters, by how they begin.
pub(super) struct Needles {
    by_start: HashMap<[u8; START], Vec<Needle>>,
    /// Whether any begins with those two bytes: most places of a text are done with after one look.
    begins: Vec<bool>,
}

struct Needle {
    text: String,
    /// It has to stand by itself, as a word.
    is_word: bool,
    /// An answer may say it.
    is_name: bool,
}

impl Needles {
    pub(super) fn of(secrets: &Secrets) -> Self {
        let texts = secrets.texts();
        let names: BTreeSet<String> = texts.names.iter().map(|name| name.to_lowercase()).collect();
        let mut needles = Self { by_start: HashMap::new(), begins: vec![false; 1 << 16] };
        for value in &texts.values {
            let value = value.to_lowercase();
            let is_name = names.contains(&value);
            needles.insert(&value, is_name);
            if !is_name {
                parts(&value).for_each(|part| needles.insert(part, false));
            }
        }
        names.iter().for_each(|name| needles.insert(name, true));
        needles
    }

    fn insert(&mut self, text: &str, is_name: bool) {
        let Some(start) = text.as_bytes().first_chunk() else { return };
        self.begins[pair(start)] = true;
        let is_word = text.len() < PART;
        let needle = Needle { text: text.to_owned(), is_word, is_name };
        self.by_start.entry(*start).or_default().push(needle);
    }

    /// The first secret that the text says, in whichever form.
    pub(super) fn find(&self, place: Place, text: &str) -> Option<String> {
        readings(text).iter().find_map(|reading| self.find_in(place, &reading.to_lowercase()))
    }

    fn find_in(&self, place: Place, text: &str) -> Option<String> {
        let bytes = text.as_bytes();
        for (at, start) in bytes.windows(START).enumerate() {
            let Some(start) = start.first_chunk() else { continue };
            if !self.begins[pair(start)] {
                continue;
            }
            let needles = self.by_start.get(start).into_iter().flatten();
            let mut needles = needles.filter(|needle| place == Place::Log || !needle.is_name);
            if let Some(needle) = needles.find(|needle| needle.is_at(at, bytes)) {
                return Some(needle.text.clone());
            }
        }
        None
    }
}

impl Needle {
    fn is_at(&self, at: usize, text: &[u8]) -> bool {
        let needle = self.text.as_bytes();
        let is_part_of_word = |byte: Option<&u8>| {
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        let end = at + needle.len();
        text[at..].starts_with(needle)
            && !(self.is_word
                && (is_part_of_word(at.checked_sub(1).and_then(|before| text.get(before)))
                    || is_part_of_word(text.get(end))))
    }
}

fn pair(start: &[u8; START]) -> usize {
    usize::from(start[0]) << 8 | usize::from(start[1])
}

/// What a long secret is made of, cut so that each part is one text.
fn parts(secret: &str) -> impl Iterator<Item = &str> {
    let ends = (0..MOST_PARTS).map_while(move |part| secret.get(part * PART..(part + 1) * PART));
    ends.filter(|_| secret.len() > PART)
}
