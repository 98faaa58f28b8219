//! Sending the Slack message that a delivery is.

use super::DeliveryFault;
use crate::app::App;
use crate::deliver::slack::SlackError;
use crate::domain::decision::Recipient;
use crate::failure::Failure;
use crate::store::{AcceptedEvent, Delivery};

/// Sends a message about the event, to where the person is reached now.
pub(super) async fn send(
    _app: &App,
    _delivery: Delivery<'_>,
    _accepted: &AcceptedEvent,
    _recipient: &Recipient,
) -> Result<(), Failure> {
    Err(DeliveryFault::from(SlackError::NotNamed).into())
}
