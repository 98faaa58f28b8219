//! An API Gateway HTTP API: routes, the event of payload format 2.0, CORS, and its own 404.

mod cors;
mod event;
mod route;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use aws_lambda_events::encodings::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::CONTENT_TYPE;
use http::{Request, Response, StatusCode};
use hyper::body::Bytes;
use shared::app::App;
use shared::boot::Invocation;

use crate::functions::{self, Endpoint};
use crate::problem::Problem;
use crate::template::{Cors, Route, Template};

/// The gateway, and the functions behind it.
pub struct Gateway {
    app: Rc<App>,
    endpoints: BTreeMap<&'static str, Endpoint>,
    routes: Vec<Route>,
    cors: Cors,
    timeouts: BTreeMap<String, Duration>,
}

impl Gateway {
    /// A gateway with the template's routes.
    #[must_use]
    pub fn new(template: &Template, app: Rc<App>) -> Self {
        let timeouts =
            template.functions.iter().map(|function| (function.name.clone(), function.timeout));
        Self {
            app,
            endpoints: functions::endpoints(),
            routes: template.routes(),
            cors: template.cors.clone(),
            timeouts: timeouts.collect(),
        }
    }

    /// Puts another endpoint behind the route of a function: for tests of the edge itself.
    pub fn replace(&mut self, function: &'static str, endpoint: Endpoint) {
        self.endpoints.insert(function, endpoint);
    }

    /// Gives functions another time to answer: for tests of the deadline.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeouts.values_mut().for_each(|of_one| *of_one = timeout);
    }

    /// Answers a request as API Gateway would.
    pub async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        if let Some(preflight) = cors::preflight(&self.cors, &request) {
            return preflight;
        }
        let origin = request.headers().get(http::header::ORIGIN).cloned();
        let mut response = self.route(request).await;
        cors::allow(&self.cors, origin.as_ref(), response.headers_mut());
        response
    }

    async fn route(&self, request: Request<Bytes>) -> Response<Bytes> {
        let Some((function, event)) = event_of(&self.routes, request) else { return not_found() };
        self.invoke(&function, event).await.unwrap_or_else(not_found)
    }

    async fn invoke(
        &self,
        function: &str,
        event: ApiGatewayV2httpRequest,
    ) -> Option<Response<Bytes>> {
        let (endpoint, timeout) = (self.endpoints.get(function)?, self.timeouts.get(function)?);
        let function = function.to_owned().into();
        let invocation = Invocation { id: "local".to_owned(), function, remaining: *timeout };
        Some(into_response(endpoint(Rc::clone(&self.app), event, invocation).await))
    }

    /// Replays a recorded event against the function of that name, as `sam local invoke` does.
    ///
    /// # Errors
    ///
    /// [`Problem`], if there is no such function or the event is none.
    pub async fn replay(&self, function: &str, event: &str) -> Result<Response<Bytes>, Problem> {
        let event = serde_json::from_str(event);
        let event = event.map_err(|error| Problem::new("this is no event", error))?;
        let answer = self.invoke(function, event).await;
        answer.ok_or_else(|| Problem(format!("there is no endpoint {function}")))
    }

    /// The routes.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }
}

/// Which function a request is for, and the event that it gets; `None`, where no route leads.
#[must_use]
pub fn event_of(
    routes: &[Route],
    request: Request<Bytes>,
) -> Option<(String, ApiGatewayV2httpRequest)> {
    let (route, parameters) = route::find(routes, request.method(), request.uri().path())?;
    let event = event::from_request(request, route, &parameters).ok()?;
    Some((route.function.clone(), event))
}

fn not_found() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(br#"{"message":"Not Found"}"#));
    *response.status_mut() = StatusCode::NOT_FOUND;
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// What a caller reads of a function's answer.
#[must_use]
pub fn into_response(event: ApiGatewayV2httpResponse) -> Response<Bytes> {
    let body = match event.body {
        None | Some(Body::Empty) => Bytes::new(),
        Some(Body::Text(text)) if event.is_base64_encoded => {
            STANDARD.decode(text).unwrap_or_default().into()
        }
        Some(Body::Text(text)) => text.into(),
        Some(Body::Binary(bytes)) => bytes.into(),
        Some(_) => Bytes::new(),
    };
    let mut response = Response::new(body);
    let status = u16::try_from(event.status_code).ok();
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    *response.status_mut() = status.unwrap_or(StatusCode::BAD_GATEWAY);
    *response.headers_mut() = event.headers;
    response
}
