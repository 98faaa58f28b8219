//! What holds of every decision, whatever the event, the person and the hour.

mod audience;
mod choices;
mod citations;
mod digests;
mod irrelevance;

use crate::domain::decision::{Code, Decision, Outcome};

/// Little sends nothing, more sends later, most sends at once.
fn rank(decision: &Decision) -> u8 {
    match decision.outcome {
        Outcome::Deny => 0,
        Outcome::Defer { .. } => 1,
        Outcome::Allow => 2,
    }
}

/// Whether it is decided before anyone looks at what was chosen.
fn is_fact(code: Code) -> bool {
    match code {
        Code::NotOffered
        | Code::NotInAudience(_)
        | Code::Own
        | Code::Unreachable
        | Code::Mandatory => true,
        Code::Disabled | Code::Muted | Code::DigestOff | Code::Digest | Code::Enabled => false,
    }
}
