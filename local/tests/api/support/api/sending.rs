//! Sending a request to the system.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri};
use hyper::body::Bytes;
use local::template::Route;
use serde_json::Value;

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

    /// Hands a function an event of the gateway's, and holds both as above.
    pub(crate) async fn hand(&self, function: &str, event: &Value) -> Response<Bytes> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let method: Method =
            text(&event["requestContext"]["http"]["method"]).parse().expect("a verb");
        let uri = format!("{}?{}", text(&event["rawPath"]), text(&event["rawQueryString"]));
        let body = text(&event["body"]);
        let decoded =
            if event["isBase64Encoded"] == true { STANDARD.decode(&body).ok() } else { None };
        let body = Bytes::from(decoded.unwrap_or_else(|| body.into_bytes()));
        let mut request = Request::new(body.clone());
        for (name, value) in event["headers"].as_object().into_iter().flatten() {
            let name = HeaderName::try_from(name.as_str());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(text(value))) {
                request.headers_mut().insert(name, value);
            }
        }
        self.last_look.leaks.entrust(&request);
        let event = event.to_string();
        let call = self.gateway.replay(function, &event);
        let response = self.at_work.hold_to_rights(function, &self.faults, call).await;
        let response = response.expect("an answer");
        self.last_look.leaks.hear(&response);
        let uri: Uri = uri.parse().expect("a path and a query");
        openapi::check(self.gateway.routes(), &method, &uri, &body, &response);
        response
    }
}
