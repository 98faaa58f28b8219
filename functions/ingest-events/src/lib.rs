//! `POST /v1/events`: what happened elsewhere.

use shared::app::App;
use shared::auth::Permission;
use shared::events;
use shared::http::surface::Platform;
use shared::http::surface::events::EventsAccepted;
use shared::http::{Accepted, Inbound, cloud_event};

/// Whoever has none of these may send no event at all.
const TO_SEND: [Permission; 3] =
    [Permission::EventsWrite, Permission::DirectoryWrite, Permission::NoticesWrite];

/// Accepts one event or a batch: all of them or none. The answer comes when all are durable.
///
/// # Errors
///
/// 401 without a good credential, 403 to a caller who may not send one of the events, 400 with what
/// is wrong with them, 503 while the store or the queue is busy; sending all of it again is safe.
pub async fn handle(app: &App, request: Inbound) -> Result<Accepted<EventsAccepted>, Platform> {
    let caller = app.caller(&request).await?;
    caller.require_any(&TO_SEND)?;
    let events = request.cloud_events()?;
    for event_type in events.types() {
        caller.require(cloud_event::permission(event_type))?;
    }
    let events = events.read(&app.categories, app.now())?;
    events::accept(app, caller.org_unit(), &events).await?;
    Ok(Accepted(EventsAccepted::new(events.len())))
}
