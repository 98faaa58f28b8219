//! The routes that ask for no credential, and which those are.

use local::faults::Plan;
use local::template::Route;

use super::{allowed, send};
use crate::support::Api;

/// The only function that anybody may call who has its link: the tests of `unsubscribe` say what it
/// tells whom.
const PUBLIC: &str = "unsubscribe";

/// How many routes it has: the page, and its button.
const PUBLIC_ROUTES: usize = 2;

/// Every route that asks for a credential.
pub(in super::super) fn guarded(api: &Api) -> impl Iterator<Item = &Route> {
    let routes = api.gateway.routes();
    let public = routes.iter().filter(|route| route.function == PUBLIC);
    assert_eq!(public.count(), PUBLIC_ROUTES);
    routes.iter().filter(|route| route.function != PUBLIC)
}

#[tokio::test]
async fn only_unsubscribe_links_are_public_and_no_credential_opens_them() {
    let api = Api::start().await;
    let admin = allowed(&api, "acme");
    let (machine, stranger) = (api.machine("acme").with_all().await, api.stranger());
    api.faults.set(Plan::default());
    let public = api.gateway.routes().iter().filter(|route| route.function == PUBLIC);
    for route in public {
        assert_eq!(route.path, "/unsubscribe/{token}");
        let without = send(&stranger, route).await;
        assert_eq!(without.status, 400, "{route:?}");
        for caller in [&admin, &machine, &api.stranger().with_token("nonsense")] {
            assert_eq!(send(caller, route).await.body, without.body, "{route:?}");
        }
    }
    assert!(api.faults.calls().is_empty(), "nobody's data was touched");
}
