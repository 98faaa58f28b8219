//! One request, from the gateway's event to the gateway's answer.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use super::Invocation;
use crate::app::App;
use crate::domain::timestamp::to_rfc3339;
use crate::failure::Failure;
use crate::http::surface::Surface;
use crate::http::{Inbound, Outbound, Reply};
use crate::telemetry::{RequestLine, Tally, tallied};

/// How long before its deadline a request is given up: time to say so.
const MARGIN: Duration = Duration::from_millis(300);

/// Answers one request, whatever happens: a handler that fails, panics or takes too long is a
/// failure of its surface. Writes the request's log line.
pub async fn answer<H, R, S>(
    app: &App,
    handle: &H,
    event: ApiGatewayV2httpRequest,
    invocation: &Invocation,
) -> ApiGatewayV2httpResponse
where
    H: AsyncFn(&App, Inbound) -> Result<R, S>,
    R: Reply,
    S: Surface,
{
    let started = Instant::now();
    let request_id = app.name_request();
    let route = event.route_key.clone();
    let gateway_request_id = event.request_context.request_id.clone();
    let inbound = Inbound::new(event);

    let work = async { handle(app, inbound).await?.into_outbound().map_err(S::from) };
    // Boxed: the SDK's futures are nested so deeply that, with the runtime's around them, the
    // compiler gives up on their layout.
    let work: LocalBoxFuture<'_, Result<Outbound, S>> = Box::pin(work);
    let work = AssertUnwindSafe(work).catch_unwind();
    let budget = invocation.remaining.saturating_sub(MARGIN);
    let is_metered = app.metrics.is_some();
    let (outcome, tally) = tallied(is_metered, tokio::time::timeout(budget, work)).await;
    let result: Result<Outbound, S> = match outcome {
        Ok(Ok(result)) => result,
        Ok(Err(_panic)) => Err(Failure::Panicked.into()),
        Err(_elapsed) => Err(Failure::DeadlineExceeded.into()),
    };

    let (outbound, error) = match result {
        Ok(outbound) => (outbound, None),
        Err(error) => (error.render(&request_id), Some(error)),
    };
    let failure = error.as_ref().map(Surface::failure);
    let status = outbound.status().as_u16();
    let (now, duration, function) = (app.now(), started.elapsed(), &*invocation.function);
    let metrics = app.metrics.as_ref().map(|metrics| {
        metrics.write_decisions(function, &tally, now, &*app.log);
        metrics.of_request(function, (route.as_deref(), status), duration, &tally, now)
    });
    RequestLine {
        level: if status >= 500 { "error" } else { "info" },
        timestamp: to_rfc3339(now),
        request_id: request_id.as_str(),
        gateway_request_id: gateway_request_id.as_deref(),
        lambda_request_id: &invocation.id,
        route: route.as_deref(),
        status,
        duration_us: duration.as_micros(),
        store_attempts: tally.store_attempts,
        error_kind: failure.map(Failure::kind),
        error_code: failure.and_then(Failure::code),
        metrics,
    }
    .write_to(&*app.log);
    outbound.into_event(&request_id)
}

/// Answers an invocation that brought no event of the gateway's.
pub(super) fn answer_no_event<S: Surface>(
    app: &App,
    invocation: &Invocation,
) -> ApiGatewayV2httpResponse {
    let request_id = app.name_request();
    let error = S::from(Failure::NoEvent);
    let outbound = error.render(&request_id);
    let (status, now) = (outbound.status().as_u16(), app.now());
    let metrics = app.metrics.as_ref().map(|metrics| {
        let (function, tally) = (&*invocation.function, Tally::default());
        metrics.of_request(function, (None, status), Duration::ZERO, &tally, now)
    });
    RequestLine {
        level: "error",
        timestamp: to_rfc3339(now),
        request_id: request_id.as_str(),
        gateway_request_id: None,
        lambda_request_id: &invocation.id,
        route: None,
        status,
        duration_us: 0,
        store_attempts: 0,
        error_kind: Some(error.failure().kind()),
        error_code: None,
        metrics,
    }
    .write_to(&*app.log);
    outbound.into_event(&request_id)
}
