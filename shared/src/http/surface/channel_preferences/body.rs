//! What the body of a `PUT` may say.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};

use crate::domain::channel_preference::{Categories, ChannelSettings, Digest, Scope};
use crate::http::body::InContext;
use crate::http::path::Path;
use crate::http::violation::{IfGiven, Violation, ViolationKind, Violations};
use crate::json::Json;

/// A row to set: what it is about, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChannelPreference {
    /// What it is about.
    pub scope: Scope,
    /// What it says.
    pub settings: ChannelSettings,
}

#[derive(Debug, Deserr)]
#[deserr(error = Violations, deny_unknown_fields)]
struct Body {
    #[deserr(default)]
    #[expect(dead_code, reason = "only its type is checked here; its value has a context")]
    category: Option<String>,
    in_app_enabled: bool,
    email_enabled: bool,
    push_enabled: bool,
    #[deserr(default)]
    digest: IfGiven<Digest>,
}

impl InContext<Categories> for NewChannelPreference {
    /// Which categories there are is the deployment's to say, so that one field is read beside the
    /// others.
    fn read(json: Json, categories: &Categories) -> Result<Self, Violations> {
        let scope = match json.field("category") {
            Some(Json::String(name)) if !name.is_empty() => read_category(name, categories),
            _ => Ok(Scope::Global),
        };
        match (scope, deserr::deserialize::<Body, _, Violations>(json)) {
            (Ok(scope), Ok(body)) => Ok(Self { scope, settings: body.into() }),
            (Err(violation), Ok(_)) => Err(violation.into()),
            (Ok(_), Err(violations)) => Err(violations),
            (Err(violation), Err(violations)) => Err(violations.and(violation)),
        }
    }
}

fn read_category(name: &str, categories: &Categories) -> Result<Scope, Violation> {
    categories.find(name).cloned().map(Scope::Category).ok_or_else(|| Violation {
        path: Path::default().field("category"),
        kind: ViolationKind::not_one_of(name, categories.names()),
    })
}

/// A digest that is left out is `instant`, also where another one was set: rows are replaced.
impl From<Body> for ChannelSettings {
    fn from(body: Body) -> Self {
        let Body { category: _, in_app_enabled, email_enabled, push_enabled, digest } = body;
        let digest = digest.0.unwrap_or_default();
        Self { in_app: in_app_enabled, email: email_enabled, push: push_enabled, digest }
    }
}

impl Deserr<Violations> for Digest {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Violations> {
        let wrong_type = ViolationKind::WrongType {
            expected: format!("a string: one of {}", Self::ALL.map(Self::name).join(", ")),
        };
        let kind = match value {
            Value::String(name) if name.is_empty() => wrong_type,
            Value::String(name) => match name.parse() {
                Ok(digest) => return Ok(digest),
                Err(_unknown) => ViolationKind::not_one_of(&name, Self::ALL.map(Self::name)),
            },
            Value::Null
            | Value::Boolean(_)
            | Value::Integer(_)
            | Value::NegativeInteger(_)
            | Value::Float(_)
            | Value::Sequence(_)
            | Value::Map(_) => wrong_type,
        };
        Err(Violation { path: location.into(), kind }.into())
    }
}
