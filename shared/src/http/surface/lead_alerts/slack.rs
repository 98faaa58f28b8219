//! Slack identities on the wire.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde::Serialize;

use crate::domain::identity_status::IdentityStatus;
use crate::domain::slack::{InvalidSlackUserId, SlackUserId, SyncReport};
use crate::http::violation::{Violation, ViolationKind, Violations};

/// The body of `PUT /members/{org_member_id}/slack`.
#[derive(Debug, Deserr)]
#[deserr(error = Violations, deny_unknown_fields)]
pub struct MemberSlackBody {
    slack_user_id: IdOrNull,
}

impl MemberSlackBody {
    /// The Slack user that the member is, or that they are none.
    #[must_use]
    pub fn into_slack_user(self) -> Option<SlackUserId> {
        let Self { slack_user_id: IdOrNull(id) } = self;
        id
    }
}

/// An id or `null`; unlike an `Option`, it may not be left out.
#[derive(Debug)]
struct IdOrNull(Option<SlackUserId>);

impl Deserr<Violations> for IdOrNull {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Violations> {
        let wrong = |kind| Err(Violation { path: location.into(), kind }.into());
        match value {
            Value::Null => Ok(Self(None)),
            Value::String(id) => match id.parse() {
                Ok(id) => Ok(Self(Some(id))),
                Err(rule @ InvalidSlackUserId) => {
                    wrong(ViolationKind::NotAllowed { rule: rule.to_string() })
                }
            },
            Value::Boolean(_)
            | Value::Integer(_)
            | Value::NegativeInteger(_)
            | Value::Float(_)
            | Value::Sequence(_)
            | Value::Map(_) => {
                wrong(ViolationKind::WrongType { expected: "a string or null".to_owned() })
            }
        }
    }
}

/// The answer of `GET /integrations/slack/identity-status`.
#[derive(Debug, Serialize)]
pub struct IdentityStatusView {
    total: u64,
    mapped: u64,
}

impl From<IdentityStatus> for IdentityStatusView {
    fn from(IdentityStatus { total, mapped }: IdentityStatus) -> Self {
        Self { total, mapped }
    }
}

/// The answer of `POST /integrations/slack/sync-identities`.
#[derive(Debug, Serialize)]
pub struct SyncReportView {
    total: u64,
    mapped: u64,
    newly_mapped: u64,
    unmatched: Vec<String>,
}

impl From<SyncReport> for SyncReportView {
    fn from(report: SyncReport) -> Self {
        let SyncReport { total, mapped, newly_mapped, unmatched } = report;
        let unmatched = unmatched.iter().map(|member| member.as_str().to_owned()).collect();
        Self { total, mapped, newly_mapped, unmatched }
    }
}
