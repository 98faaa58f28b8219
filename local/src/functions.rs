//! Every function, by name. A function that is missing here cannot be reached; one that the
//! template lacks cannot start.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use shared::app::App;
use shared::boot::{Invocation, answer};
use shared::http::surface::Surface;
use shared::http::{Inbound, Reply};

use crate::problem::Problem;
use crate::template::Template;

/// A handler as the gateway calls it: the same `answer` that Lambda's loop calls.
pub type Endpoint =
    Rc<dyn Fn(Rc<App>, ApiGatewayV2httpRequest, Invocation) -> LocalBoxFuture<'static, Answer>>;

/// What a handler sends back.
pub type Answer = ApiGatewayV2httpResponse;

/// Every endpoint by the name of its function.
#[must_use]
pub fn endpoints() -> BTreeMap<&'static str, Endpoint> {
    BTreeMap::from([
        ("create-api-key", endpoint(create_api_key::handle)),
        ("get-account-email", endpoint(get_account_email::handle)),
        ("get-notification-prefs", endpoint(get_notification_prefs::handle)),
        ("get-profile", endpoint(get_profile::handle)),
        ("get-slack-identity-status", endpoint(get_slack_identity_status::handle)),
        ("ingest-events", endpoint(ingest_events::handle)),
        ("list-api-keys", endpoint(list_api_keys::handle)),
        ("list-channel-preferences", endpoint(list_channel_preferences::handle)),
        ("patch-account-email", endpoint(patch_account_email::handle)),
        ("put-channel-preference", endpoint(put_channel_preference::handle)),
        ("put-notification-prefs", endpoint(put_notification_prefs::handle)),
        ("revoke-api-key", endpoint(revoke_api_key::handle)),
        ("update-activity-preferences", endpoint(update_activity_preferences::handle)),
    ])
}

/// Wraps a handler.
pub fn endpoint<H, R, S>(handle: H) -> Endpoint
where
    H: AsyncFn(&App, Inbound) -> Result<R, S> + Clone + 'static,
    R: Reply,
    S: Surface,
{
    Rc::new(move |app, event, invocation| {
        let handle = handle.clone();
        async move { answer(&app, &handle, event, &invocation).await }.boxed_local()
    })
}

/// Makes sure that every route has its function, and every function a route.
///
/// # Errors
///
/// [`Problem`], naming what has no counterpart.
pub fn check_against(template: &Template) -> Result<(), Problem> {
    let routed: BTreeSet<&str> = template.routes.iter().map(|route| &*route.function).collect();
    let known: BTreeSet<&str> = endpoints().into_keys().collect();
    if let Some(name) = routed.difference(&known).next() {
        return Err(Problem(format!("template.yaml routes to {name}, which is not registered")));
    }
    if let Some(name) = known.difference(&routed).next() {
        return Err(Problem(format!("{name} has no route in template.yaml")));
    }
    Ok(())
}
