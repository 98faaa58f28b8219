//! Texts that people write and read, each within its limits.
//!
//! A limit in characters counts Unicode scalar values, one in bytes UTF-8. What is within the limits
//! is kept as it came in.

mod contact;
mod legible;
mod mailbox;
mod uri;
mod visible;

pub use contact::{EmailAddress, PictureUrl, ZoneName};
pub use legible::legible;
pub use mailbox::Mailbox;
pub(super) use uri::is_uri_text;
pub(super) use visible::shows_nothing;

use super::form::{read_from_text, stored_as_text};

/// The text breaks the rule that is the error's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidText(pub(in crate::domain) &'static str);

/// A text with a rule: which texts it may be, as a condition and in words.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $is_valid:expr, $rule:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Box<str>);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::text::InvalidText;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let is_valid: fn(&str) -> bool = $is_valid;
                if !is_valid(text) {
                    return Err($crate::domain::text::InvalidText($rule));
                }
                Ok(Self(text.into()))
            }
        }

        /// What people write is no log's business.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        stored_as_text!($name, as_str);
        read_from_text!($name);
    };
}

pub(super) use text;

text!(
    /// A title, a subject, a name of something: 1 to 300 characters on one line, so that it may
    /// stand in a header of an email.
    Line,
    |text| is_one_line(text) && has_at_most(300, text) && !shows_nothing(text),
    "must be one line of 1 to 300 characters, not all of them spaces or invisible, without control \
     characters"
);

text!(
    /// A first or a last name: at most 300 characters on one line. It may be empty; not everyone has
    /// both.
    PersonName,
    |text| is_one_line(text) && has_at_most(300, text),
    "must be one line of at most 300 characters, without control characters"
);

text!(
    /// What a message says below its title: at most 4,000 characters. Lines, and anything else.
    MessageBody,
    |text| has_at_most(4_000, text),
    "must have at most 4,000 characters"
);

text!(
    /// What someone wrote about an issue: 1 to 4,000 characters. Lines, and anything else.
    CommentText,
    |text| !text.is_empty() && has_at_most(4_000, text),
    "must have 1 to 4,000 characters"
);

text!(
    /// The text of an account notice: 1 byte to 16 KiB. Lines, and anything else.
    NoticeText,
    |text| !text.is_empty() && text.len() <= 16 * 1024,
    "must have 1 byte to 16 KiB (16,384 bytes of UTF-8)"
);

impl MessageBody {
    /// The body, unless there is nothing in it: an empty one is as good as none.
    pub(super) fn unless_empty(body: Option<Self>) -> Option<Self> {
        body.filter(|body| !body.0.is_empty())
    }
}

pub(super) fn has_at_most(characters: usize, text: &str) -> bool {
    // A character has at most four bytes: what is much too long is not counted.
    text.len() <= 4 * characters && text.chars().count() <= characters
}

/// Without control characters (C0, DEL, C1) and without what Unicode calls line and paragraph
/// separators.
fn is_one_line(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

#[cfg(test)]
mod tests;
