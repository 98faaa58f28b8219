//! `POST /v1/events`: what happened elsewhere.

use shared::app::App;
use shared::domain::event::EventType;
use shared::events;
use shared::http::surface::Platform;
use shared::http::surface::events::EventsAccepted;
use shared::http::{Accepted, Inbound};

/// Accepts one event or a batch: all of them or none. The answer comes when all are durable.
///
/// # Errors
///
/// 400 for events that are wrong, with every fault, or without an org unit, 401 without a good
/// credential, 403 to a caller who may not send one of the events, 413, 415, 503 while the store or
/// the queue is busy; sending all of it again is safe.
pub async fn handle(app: &App, request: Inbound) -> Result<Accepted<EventsAccepted>, Platform> {
    let caller = app.caller(&request).await?;
    caller.require_any(&EventType::PERMISSIONS)?;
    let events = request.cloud_events()?;
    for event_type in events.types() {
        caller.require(event_type.permission())?;
    }
    let events = events.read(&app.categories, app.now())?;
    events::accept(app, caller.org_unit(), &events).await?;
    Ok(Accepted(EventsAccepted::new(events.len())))
}
