//! Delivering by email.

use crate::app::App;
use crate::domain::decision::Recipient;
use crate::failure::Failure;
use crate::store::{AcceptedEvent, Delivery};

pub(super) async fn send(
    _app: &App,
    _delivery: Delivery<'_>,
    _accepted: &AcceptedEvent,
    _recipient: &Recipient,
) -> Result<(), Failure> {
    Ok(())
}
