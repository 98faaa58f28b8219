//! Sending the Slack message that a delivery is.

use jiff::Timestamp;

use super::{DeliveryFault, LATEST_START};
use crate::app::App;
use crate::deliver::slack::SlackError;
use crate::domain::decision::Recipient;
use crate::failure::Failure;
use crate::slack::compose;
use crate::store::{AcceptedEvent, Delivery};

/// Sends a message about the event, to where the person is reached now.
///
/// Where Slack has no such user, that is noted before it is told: the next event is decided by it.
pub(super) async fn send(
    app: &App,
    delivery: Delivery<'_>,
    accepted: &AcceptedEvent,
    recipient: &Recipient,
    claimed_at: Timestamp,
) -> Result<(), Failure> {
    let Delivery { org_unit, user, .. } = delivery;
    // It was decided that there is one.
    let to = recipient.reach.slack.as_ref().ok_or(Failure::Unrenderable)?;
    let message = compose(&accepted.event, to).ok_or(Failure::Unrenderable)?;
    let workspace =
        app.slack().workspace(org_unit, app.now()).await.map_err(DeliveryFault::from)?;
    if app.now().duration_since(claimed_at) > LATEST_START {
        return Err(Failure::DeadlineExceeded);
    }
    let sent = workspace.post_message(&message, app.now()).await;
    if let Err(SlackError::UserGone { .. }) = &sent {
        app.store.mark_slack_unreachable(org_unit, user, to).await?;
    }
    Ok(sent.map_err(DeliveryFault::from)?)
}
