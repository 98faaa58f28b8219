//! What is decided.

use super::{Cited, NotInAudience};
use crate::domain::digest::DigestBucket;

/// What was decided, and because of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What becomes of it.
    pub outcome: Outcome,
    /// Why.
    pub code: Code,
    /// The setting that decided, if a person's did: not a built-in default, and not a fact.
    pub cited: Option<Cited>,
}

/// What becomes of a notification on one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is sent.
    Allow,
    /// It waits for a digest.
    Defer {
        /// The digest's bucket, until the end of which it waits.
        bucket: DigestBucket,
    },
    /// It is not sent.
    Deny,
}

impl Outcome {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Defer { .. } => "defer",
            Self::Deny => "deny",
        }
    }
}

/// Why it was decided like this. In the order in which it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// Events of this type never use the channel.
    NotOffered,
    /// It is for someone else, or not in the project, or does not watch.
    NotInAudience(NotInAudience),
    /// They did it themselves.
    Own,
    /// They have no address for the channel.
    Unreachable,
    /// Nobody can do without it.
    Mandatory,
    /// Their master switch is off.
    Disabled,
    /// They muted it, or the channel is off.
    Muted,
    /// They get no email of it, neither at once nor in a digest.
    DigestOff,
    /// It waits for a digest.
    Digest,
    /// Nothing speaks against it.
    Enabled,
}

impl Code {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotOffered => "not_offered",
            Self::NotInAudience(why) => why.name(),
            Self::Own => "self",
            Self::Unreachable => "unreachable",
            Self::Mandatory => "mandatory",
            Self::Disabled => "disabled",
            Self::Muted => "muted",
            Self::DigestOff => "digest_off",
            Self::Digest => "digest",
            Self::Enabled => "enabled",
        }
    }
}

impl Decision {
    /// What it comes to as a digest leaves: what would have to wait for one has waited, and is sent.
    /// What decided, and what that held, stay what they are.
    #[must_use]
    pub fn as_digest_leaves(self) -> Self {
        let outcome = match self.outcome {
            Outcome::Allow | Outcome::Defer { .. } => Outcome::Allow,
            Outcome::Deny => Outcome::Deny,
        };
        Self { outcome, ..self }
    }

    pub(super) const MANDATORY: Self =
        Self { outcome: Outcome::Allow, code: Code::Mandatory, cited: None };

    /// It is as it is, whatever anyone chose.
    pub(super) const fn deny(code: Code) -> Self {
        Self { outcome: Outcome::Deny, code, cited: None }
    }

    /// A switch decided, or its default.
    pub(super) fn switch(is_on: bool, cited: Option<Cited>) -> Self {
        if is_on {
            Self { outcome: Outcome::Allow, code: Code::Enabled, cited }
        } else {
            Self { outcome: Outcome::Deny, code: Code::Muted, cited }
        }
    }
}
