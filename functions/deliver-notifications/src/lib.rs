//! Delivers notifications to where people are reached outside their inbox: by email, at Slack, and
//! in their browsers.

use shared::app::App;
use shared::delivery::{self, DeliveryJob};
use shared::failure::Failure;

/// Delivers one notification, once.
///
/// # Errors
///
/// A [`Failure`]; delivering it again is safe, and does nothing where it was delivered.
pub async fn handle(app: &App, job: DeliveryJob) -> Result<(), Failure> {
    delivery::deliver(app, &job).await
}
