//! Accepts what other systems of the AWS account put on the EventBridge bus.

use shared::app::App;
use shared::boot::BusEvent;
use shared::events;
use shared::failure::Failure;
use shared::http::cloud_event;

/// Accepts one event: the whole `detail` is a CloudEvent whose extension `orgunit` says whose it is.
/// Whom the account lets put events on the bus is trusted with that.
///
/// # Errors
///
/// What is wrong with the event, which then goes to the dead letters; or another [`Failure`], and
/// accepting the event again is safe.
pub async fn handle(app: &App, event: &BusEvent) -> Result<(), Failure> {
    let put_at = event.replayed_from();
    let (org_unit, event) =
        cloud_event::read_from_bus(event.detail().get().as_bytes(), &app.categories, app.now())?;
    match put_at {
        Some(put_at) => events::accept_replayed(app, &org_unit, event, put_at).await,
        None => events::accept(app, &org_unit, &[event]).await,
    }
}
