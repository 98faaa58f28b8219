//! What an answer is recognized by (RFC 9110, section 8.8.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{Context, SHA256};

/// How much of a digest makes a tag, in bytes: 128 bits are enough for no two answers to share one.
const LENGTH: usize = 16;

/// The weak tag of an answer: two that say the same have the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntityTag(String);

impl EntityTag {
    /// The tag of everything that an answer says.
    pub(crate) fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut context = Context::new(&SHA256);
        for part in parts {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part.as_bytes());
        }
        let digest = context.finish();
        Self(URL_SAFE_NO_PAD.encode(digest.as_ref().get(..LENGTH).unwrap_or_default()))
    }

    /// The tag as a header has it: `W/"…"`.
    pub(crate) fn to_header(&self) -> String {
        format!("W/\"{}\"", self.0)
    }

    /// Whether it is one of those that an `If-None-Match` names, or any is (RFC 9110, section
    /// 13.1.2). They are compared weakly. From where the list makes no sense, it names none.
    pub(crate) fn is_among(&self, list: &[u8]) -> bool {
        let Ok(list) = std::str::from_utf8(list) else { return false };
        let mut rest = list.trim_matches(is_space);
        if rest == "*" {
            return true;
        }
        loop {
            rest = rest.trim_start_matches(|c| is_space(c) || c == ',');
            let quoted = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"');
            // What stands between the quotes may be a comma too.
            let Some((tag, after)) = quoted.and_then(|quoted| quoted.split_once('"')) else {
                return false;
            };
            if tag == self.0 {
                return true;
            }
            rest = after.trim_start_matches(is_space);
            if !rest.starts_with(',') {
                return false;
            }
        }
    }
}

/// Optional white space (RFC 9110, section 5.6.3).
fn is_space(c: char) -> bool {
    c == ' ' || c == '\t'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag() -> EntityTag {
        EntityTag("a".to_owned())
    }

    #[test]
    fn a_tag_is_of_everything_and_of_what_stands_where() {
        let tag = |parts: &[&str]| EntityTag::of(parts.iter().copied()).to_header();
        assert_eq!(tag(&["[]", "0", ""]), tag(&["[]", "0", ""]));
        assert_eq!(tag(&[]).len(), "W/\"\"".len() + 22);
        for other in [&["[]", "1", ""], &["[]", "", "0"], &["[]0", "", ""], &["[", "]0", ""]] {
            assert_ne!(tag(other), tag(&["[]", "0", ""]), "{other:?}");
        }
    }

    #[test]
    fn a_tag_is_found_in_a_list_weak_or_strong() {
        for list in [
            "*",
            " * ",
            "\"a\"",
            "W/\"a\"",
            "\"b\", \"a\"",
            "W/\"b\",W/\"a\"",
            ",, \"a\" ,",
            "\"x,y\", \"a\"",
            "\"b\"\t,\t\"a\"",
        ] {
            assert!(tag().is_among(list.as_bytes()), "{list}");
        }
    }

    #[test]
    fn a_tag_is_not_found_where_it_is_not_named() {
        for list in [
            "",
            ",",
            "a",
            "\"a",
            "a\"",
            "\"b\"",
            "\"A\"",
            "w/\"a\"",
            "W/ \"a\"",
            "\"a\u{e9}\"",
            "\"b\" \"a\"",
            "b, \"a\"",
            "\"x,\"a\"",
            "*, \"b\"",
            "**",
        ] {
            assert!(!tag().is_among(list.as_bytes()), "{list}");
        }
        assert!(!tag().is_among(b"\"\xff\", \"a\""));
    }
}
