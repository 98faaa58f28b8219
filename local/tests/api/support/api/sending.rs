//! Sending a request to the system.

use http::{Request, Response};
use hyper::body::Bytes;
use local::bus::NotAccepted;
use local::problem::Problem;
use local::template::Route;
use serde_json::value::RawValue;

use super::Api;
use crate::support::openapi;

impl Api {
    /// Sends a request, and holds the exchange against the OpenAPI document, and the function to its rights.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let body = request.body().clone();
        let route = openapi::route(self.gateway.routes(), &method, &uri);
        self.leaks.secrets.request(&request, route);
        let call = self.gateway.call(request);
        let response = match route {
            Some(Route { function, .. }) => {
                self.at_work.hold_to_rights(function, &self.faults, call).await
            }
            None => call.await,
        };
        self.leaks.answered(&response);
        if !self.is_undocumented {
            openapi::check(self.gateway.routes(), &method, &uri, &body, &response);
        }
        response
    }

    /// Replays a recorded event against the function of that name.
    pub(crate) async fn replay(
        &self,
        function: &str,
        event: &str,
    ) -> Result<Response<Bytes>, Problem> {
        self.leaks.secrets.invocation(event);
        let response = self.gateway.replay(function, event).await?;
        self.leaks.answered(&response);
        Ok(response)
    }

    /// Puts an event on the bus.
    pub(crate) async fn put_on_bus(&self, event: &RawValue) -> Result<(), NotAccepted> {
        self.leaks.secrets.body(event.get().as_bytes());
        let accepted = self.bus.put(event).await;
        if let Err(why) = &accepted {
            self.leaks.told(&why.to_string());
        }
        accepted
    }
}
