//! Push subscriptions on the wire: what a browser says of one, what an answer shows.

use deserr::Deserr;
use http::StatusCode;
use serde::Serialize;

use crate::domain::push::{
    AllowedHosts, ApplicationServerKey, AuthSecret, BrowserKey, NewPushSubscription, PushEndpoint,
    PushKeys, PushSubscription, PushSubscriptionId,
};
use crate::domain::timestamp::to_rfc3339;
use crate::failure::Failure;
use crate::http::body::InContext;
use crate::http::path::Path;
use crate::http::reply::{Outbound, Reply, json};
use crate::http::violation::{Violation, ViolationKind, Violations};
use crate::json::Json;
use crate::store::AddedPushSubscription;

/// What `JSON.stringify` makes of a browser's `PushSubscription` (Push API, section 7). Fields that are not
/// known are passed over: browsers may come to say more.
#[derive(Deserr)]
#[deserr(error = Violations)]
struct Body {
    endpoint: PushEndpoint,
    /// In milliseconds since 1970, of which nothing is made: the push service says when it is gone.
    #[deserr(rename = "expirationTime", default)]
    #[expect(dead_code, reason = "that it is a number is all that is asked of it")]
    expiration_time: Option<f64>,
    keys: KeysBody,
}

#[derive(Deserr)]
#[deserr(error = Violations)]
struct KeysBody {
    p256dh: BrowserKey,
    auth: AuthSecret,
}

impl InContext<AllowedHosts> for NewPushSubscription {
    /// Which hosts are push services is the deployment's to say, so that the endpoint is held against
    /// its list beside the other fields.
    fn read(body: Json, allowed: &AllowedHosts) -> Result<Self, Violations> {
        let endpoint = body.field("endpoint").and_then(Json::as_str);
        let endpoint: Option<PushEndpoint> = endpoint.and_then(|text| text.parse().ok());
        let is_elsewhere = endpoint.is_some_and(|endpoint| !allowed.admit(&endpoint));
        let elsewhere = is_elsewhere.then(|| Violation {
            path: Path::ROOT.field("endpoint"),
            kind: ViolationKind::NotAllowed {
                rule: format!("must be of a push service that messages may be sent to: {allowed}"),
            },
        });
        match (elsewhere, deserr::deserialize::<Body, _, Violations>(body)) {
            (None, Ok(body)) => Ok(body.into()),
            (None, Err(violations)) => Err(violations),
            (Some(violation), Ok(_)) => Err(violation.into()),
            (Some(violation), Err(violations)) => Err(violations.and(violation)),
        }
    }
}

impl From<Body> for NewPushSubscription {
    fn from(Body { endpoint, expiration_time: _, keys }: Body) -> Self {
        let KeysBody { p256dh, auth } = keys;
        Self { endpoint, keys: PushKeys { p256dh, auth } }
    }
}

/// The answer of `POST /v1/me/push-subscriptions`: 201 with the id where the subscription is new, 200 where
/// the endpoint was known.
#[derive(Debug)]
pub struct PushSubscriptionAdded {
    id: PushSubscriptionId,
    is_new: bool,
}

impl PushSubscriptionAdded {
    /// What came of adding the subscription of that id.
    ///
    /// # Errors
    ///
    /// [`Failure::TooManyPushSubscriptions`].
    pub fn new(id: PushSubscriptionId, added: AddedPushSubscription) -> Result<Self, Failure> {
        match added {
            AddedPushSubscription::Made => Ok(Self { id, is_new: true }),
            AddedPushSubscription::Known => Ok(Self { id, is_new: false }),
            AddedPushSubscription::Full => Err(Failure::TooManyPushSubscriptions),
        }
    }
}

impl Reply for PushSubscriptionAdded {
    fn into_outbound(self) -> Result<Outbound, Failure> {
        let Self { id, is_new } = self;
        let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
        json(status, &IdView { id })
    }
}

#[derive(Serialize)]
struct IdView {
    id: PushSubscriptionId,
}

/// The answer of `GET /v1/me/push-subscriptions`.
#[derive(Debug, Serialize)]
pub struct PushSubscriptionList {
    application_server_key: Option<ApplicationServerKey>,
    data: Vec<PushSubscriptionView>,
}

/// A subscription. Its endpoint stays unsaid: who knows it may send to it.
#[derive(Debug, Serialize)]
struct PushSubscriptionView {
    id: PushSubscriptionId,
    endpoint_host: String,
    created_at: String,
}

impl PushSubscriptionList {
    /// The key to subscribe with, unless Web Push is off, and the subscriptions there are.
    #[must_use]
    pub fn new(
        application_server_key: Option<ApplicationServerKey>,
        subscriptions: Vec<PushSubscription>,
    ) -> Self {
        let data = subscriptions.into_iter().map(PushSubscriptionView::from).collect();
        Self { application_server_key, data }
    }
}

impl From<PushSubscription> for PushSubscriptionView {
    fn from(subscription: PushSubscription) -> Self {
        let PushSubscription { id, endpoint, keys: _, made_with: _, created_at } = subscription;
        let endpoint_host = endpoint.host().to_owned();
        Self { id, endpoint_host, created_at: to_rfc3339(created_at) }
    }
}
