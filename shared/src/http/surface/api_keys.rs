//! API keys on the wire: what a body may say, what an answer shows.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use jiff::Timestamp;
use serde::Serialize;

use crate::auth::ApiKeySecret;
use crate::domain::api_key::{ApiKey, NewApiKey};
use crate::domain::permission::{Permission, Permissions};
use crate::domain::text::Line;
use crate::domain::timestamp::{InvalidTimestamp, parse_rfc3339, to_rfc3339};
use crate::http::body::InContext;
use crate::http::path::Path;
use crate::http::violation::{Refused, Violation, ViolationKind, Violations};
use crate::json::Json;

#[derive(Debug, Deserr)]
#[deserr(error = Violations, deny_unknown_fields)]
struct Body {
    name: Line,
    permissions: Permissions,
    #[deserr(default)]
    expires_at: Option<Expiry>,
}

/// An instant that is given as text.
#[derive(Debug, Deserr)]
#[deserr(error = Violations, try_from(String) = parse_expiry -> Refused<InvalidTimestamp>)]
struct Expiry(Timestamp);

fn parse_expiry(text: String) -> Result<Expiry, Refused<InvalidTimestamp>> {
    read_expiry(&text).map(Expiry).map_err(Refused)
}

/// To the microsecond, as it is shown; what is finer is cut off.
fn read_expiry(text: &str) -> Result<Timestamp, InvalidTimestamp> {
    let instant = parse_rfc3339(text)?;
    Timestamp::from_microsecond(instant.as_microsecond()).map_err(|_out_of_range| InvalidTimestamp)
}

impl InContext<Timestamp> for NewApiKey {
    /// What is in the future depends on now, so that one field is held against it beside the
    /// others.
    fn read(json: Json, now: &Timestamp) -> Result<Self, Violations> {
        let expires_at = json.field("expires_at").and_then(Json::as_str);
        let has_expired = expires_at.and_then(|text| read_expiry(text).ok());
        let has_expired = has_expired.is_some_and(|expires_at| expires_at <= *now);
        let in_the_past = has_expired.then(|| Violation {
            path: Path::ROOT.field("expires_at"),
            kind: ViolationKind::NotAllowed { rule: "must be in the future".to_owned() },
        });
        match (in_the_past, deserr::deserialize::<Body, _, Violations>(json)) {
            (None, Ok(body)) => Ok(body.into()),
            (None, Err(violations)) => Err(violations),
            (Some(violation), Ok(_)) => Err(violation.into()),
            (Some(violation), Err(violations)) => Err(violations.and(violation)),
        }
    }
}

impl From<Body> for NewApiKey {
    fn from(Body { name, permissions, expires_at }: Body) -> Self {
        Self { name, permissions, expires_at: expires_at.map(|Expiry(instant)| instant) }
    }
}

/// A list of names, of which repeats count once.
impl Deserr<Violations> for Permissions {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Violations> {
        let named =
            <Vec<Permission> as Deserr<Violations>>::deserialize_from_value(value, location)?;
        if named.is_empty() {
            let rule = "must name at least one permission".to_owned();
            let kind = ViolationKind::NotAllowed { rule };
            return Err(Violation { path: location.into(), kind }.into());
        }
        Ok(Self::from_iter(named))
    }
}

impl Deserr<Violations> for Permission {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Violations> {
        let name = <String as Deserr<Violations>>::deserialize_from_value(value, location)?;
        name.parse().map_err(|_unknown| {
            let kind = ViolationKind::not_one_of(&name, Self::ALL.map(Self::name));
            Violation { path: location.into(), kind }.into()
        })
    }
}

/// An API key, without the secret.
#[derive(Debug, Serialize)]
pub struct ApiKeyView {
    id: String,
    name: String,
    permissions: Vec<&'static str>,
    expires_at: Option<String>,
    created_at: String,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        let ApiKey { id, name, permissions, expires_at, created_at } = key;
        Self {
            id: id.to_string(),
            name: name.as_str().to_owned(),
            permissions: permissions.iter().map(Permission::name).collect(),
            expires_at: expires_at.map(to_rfc3339),
            created_at: to_rfc3339(created_at),
        }
    }
}

/// An API key that was just made: the one answer with its secret.
#[derive(Debug, Serialize)]
pub struct MadeApiKeyView {
    #[serde(flatten)]
    api_key: ApiKeyView,
    #[serde(serialize_with = "reveal")]
    key: ApiKeySecret,
}

fn reveal<S: serde::Serializer>(key: &ApiKeySecret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(key.reveal())
}

impl From<(ApiKey, ApiKeySecret)> for MadeApiKeyView {
    fn from((api_key, key): (ApiKey, ApiKeySecret)) -> Self {
        Self { api_key: api_key.into(), key }
    }
}

/// The API keys of an org unit, on one page.
#[derive(Debug, Serialize)]
pub struct ApiKeyList {
    data: Vec<ApiKeyView>,
}

impl From<Vec<ApiKey>> for ApiKeyList {
    fn from(keys: Vec<ApiKey>) -> Self {
        Self { data: keys.into_iter().map(ApiKeyView::from).collect() }
    }
}
