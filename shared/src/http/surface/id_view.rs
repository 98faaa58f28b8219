//! Ids as the inbox and the watches show them.

use serde::Serialize;

use crate::domain::id::{IssueId, ProjectId, TeamId, UserId};

/// An id as this surface shows it: a canonical decimal below 2^53 as a number, any other as text.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum IdView {
    Number(u64),
    Text(String),
}

macro_rules! shown {
    ($($id:ty),*) => { $(
        impl From<&$id> for IdView {
            fn from(id: &$id) -> Self {
                match id.as_integer() {
                    Some(number) => Self::Number(number),
                    None => Self::Text(id.as_str().to_owned()),
                }
            }
        }
    )* };
}

shown!(IssueId, ProjectId, TeamId, UserId);
