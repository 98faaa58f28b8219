//! Sending a request to the system.

use http::{Request, Response};
use hyper::body::Bytes;
use local::template::Route;

use super::Api;
use crate::support::openapi;

impl Api {
    /// Sends a request, and holds the exchange against the OpenAPI document, and the function to its rights.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let body = request.body().clone();
        self.last_look.leaks.entrust(&request);
        let call = self.gateway.call(request);
        let route = openapi::route(self.gateway.routes(), &method, &uri);
        let response = match route {
            Some(Route { function, .. }) => {
                self.at_work.hold_to_rights(function, &self.faults, call).await
            }
            None => call.await,
        };
        self.last_look.leaks.hear(&response);
        if !self.is_undocumented {
            openapi::check(self.gateway.routes(), &method, &uri, &body, &response);
        }
        response
    }
}
