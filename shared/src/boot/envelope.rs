//! What every message of ours is in: its version, and how often it was attempted.
//!
//! While a deployment shifts, functions of two versions work at one queue, and either may take out what the
//! other put there. So a message is written in the oldest version that says it, and what this version
//! cannot read it leaves to the other one. The envelope itself is the same in all of them: `version` and
//! `attempts` are numbers at the root, and whoever cannot read the rest still counts.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Unreadable;

const VERSION: &str = "version";
const ATTEMPTS: &str = "attempts";

/// The longest name of a kind of work, in bytes.
const LONGEST_NAME: usize = 64;

/// What a kind of message says inside its envelope.
pub(crate) trait Content: Serialize + DeserializeOwned {
    /// The newest version that this one reads. It reads all from 1 on.
    const NEWEST: u32;

    /// Which field says what kind of work it is, as a text or as the one name in it; without one, the
    /// name beside the envelope's own does.
    const KIND: Option<&'static str>;

    /// The kinds that there are. A later version may know more of them without another number; whatever
    /// else is new has another one.
    const KINDS: &'static [&'static str];

    /// The oldest version that says this.
    fn version(&self) -> u32;
}

#[derive(Serialize, Deserialize)]
struct Envelope<C> {
    version: u32,
    #[serde(flatten)]
    content: C,
    attempts: u32,
}

/// A message, field by field, each as it is written.
type Fields = BTreeMap<String, Box<RawValue>>;

/// The text of a message.
pub(crate) fn write<C: Content>(content: C, attempts: u32) -> String {
    let envelope = Envelope { version: content.version(), content, attempts };
    // Texts and numbers can always be written.
    serde_json::to_string(&envelope).unwrap_or_default()
}

/// What a message says, and how often it was attempted.
///
/// # Errors
///
/// [`Unreadable::Newer`], if it is of a later version, or names a kind of work that there is none of yet.
pub(crate) fn read<C: Content>(body: &str) -> Result<(C, u32), Unreadable> {
    match version(body) {
        None | Some(0) => return Err(Unreadable::Malformed),
        Some(version) if version > C::NEWEST => return Err(Unreadable::Newer),
        Some(_) => {}
    }
    match serde_json::from_str(body) {
        Ok(Envelope { version: _, content, attempts }) => Ok((content, attempts)),
        Err(_it_may_quote) if names_an_unknown_kind::<C>(body) => Err(Unreadable::Newer),
        Err(_it_may_quote) => Err(Unreadable::Malformed),
    }
}

/// The version of a message of ours; nothing, if it is none.
pub(crate) fn version(body: &str) -> Option<u32> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    serde_json::from_str(body).ok().map(|Versioned { version }| version)
}

/// The same message with one attempt more, and how many those are; nothing, if it has no fields. All else
/// in it stays as it is written.
pub(super) fn attempted_once_more(body: &str) -> Option<(u32, String)> {
    let mut fields: Fields = serde_json::from_str(body).ok()?;
    let attempts = fields.get(ATTEMPTS).and_then(|raw| serde_json::from_str(raw.get()).ok());
    let attempts = attempts.unwrap_or(0_u32).saturating_add(1);
    fields.insert(ATTEMPTS.to_owned(), serde_json::value::to_raw_value(&attempts).ok()?);
    Some((attempts, serde_json::to_string(&fields).ok()?))
}

fn names_an_unknown_kind<C: Content>(body: &str) -> bool {
    let Ok(fields) = serde_json::from_str::<Fields>(body) else { return false };
    let names = match C::KIND {
        Some(field) => fields.get(field).map(|raw| names_in(raw)).unwrap_or_default(),
        None => {
            let own = [VERSION, ATTEMPTS];
            fields.into_keys().filter(|name| !own.contains(&name.as_str())).collect()
        }
    };
    let is_unknown = |name: &String| is_name(name) && !C::KINDS.contains(&name.as_str());
    !names.is_empty() && names.iter().all(is_unknown)
}

/// A text, or the names of an object's fields.
fn names_in(raw: &RawValue) -> Vec<String> {
    if let Ok(text) = serde_json::from_str(raw.get()) {
        return vec![text];
    }
    let fields: Fields = serde_json::from_str(raw.get()).unwrap_or_default();
    fields.into_keys().collect()
}

fn is_name(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(is_fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Errand {
        Fetch { what: String },
        Carry { what: String },
    }

    /// Carrying came with the second version.
    impl Content for Errand {
        const NEWEST: u32 = 2;
        const KIND: Option<&'static str> = None;
        const KINDS: &'static [&'static str] = &["fetch", "carry"];

        fn version(&self) -> u32 {
            match self {
                Self::Fetch { .. } => 1,
                Self::Carry { .. } => 2,
            }
        }
    }

    #[test]
    fn a_message_is_of_the_oldest_version_that_says_it_and_every_one_until_the_newest_is_read() {
        for (errand, body) in [
            (
                Errand::Fetch { what: "tea".into() },
                r#"{"version":1,"fetch":{"what":"tea"},"attempts":3}"#,
            ),
            (
                Errand::Carry { what: "tea".into() },
                r#"{"version":2,"carry":{"what":"tea"},"attempts":3}"#,
            ),
        ] {
            assert_eq!(read(body), Ok((errand.clone(), 3)), "{body}");
            assert_eq!(write(errand, 3), body);
        }
    }

    #[test]
    fn what_a_later_version_may_read_is_told_from_what_nobody_can() {
        for newer in [
            r#"{"version":3}"#,
            r#"{"version":3,"fetch":7}"#,
            r#"{"version":1,"burn":{"what":"tea"},"attempts":0}"#,
            r#"{"version":2,"burn":null,"attempts":0}"#,
        ] {
            assert_eq!(read::<Errand>(newer), Err(Unreadable::Newer), "{newer}");
        }
        for malformed in [
            "",
            "7",
            "{}",
            r#"{"version":"1"}"#,
            r#"{"version":-1}"#,
            r#"{"version":0,"fetch":{"what":"tea"},"attempts":0}"#,
            r#"{"version":1,"attempts":0}"#,
            r#"{"version":1,"fetch":{"what":7},"attempts":0}"#,
            r#"{"version":1,"fetch":{"what":"tea"}}"#,
            r#"{"version":1,"Burn It!":{"what":"tea"},"attempts":0}"#,
        ] {
            assert_eq!(read::<Errand>(malformed), Err(Unreadable::Malformed), "{malformed}");
        }
    }

    #[test]
    fn an_attempt_is_counted_also_of_what_cannot_be_read() {
        let body = r#"{"version":9,"attempts":4,"sum":123456789012345678901234567890.10}"#;
        let (attempts, again) = attempted_once_more(body).unwrap();
        let expected = r#"{"attempts":5,"sum":123456789012345678901234567890.10,"version":9}"#;
        assert_eq!((attempts, again.as_str()), (5, expected));
        assert_eq!(attempted_once_more(r#"{"version":9}"#).unwrap().0, 1);
        assert_eq!(attempted_once_more("7"), None);
    }
}
