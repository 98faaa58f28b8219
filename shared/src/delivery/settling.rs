//! What is claimed, and what is written down of it: of a delivery, and of a digest.

use std::time::Duration;

use jiff::Timestamp;

use super::DeliveryFault;
use crate::app::App;
use crate::aws::pause_before;
use crate::domain::delivery::{Ending, Settled};
use crate::failure::Failure;
use crate::store::{Claim, StoreError};

/// For how long it is tried to write down what a peer said. With [`LATEST_START`](super::LATEST_START), and
/// the time that a peer may take, a worker has time to bury what it could not.
const TIME_TO_RECORD: Duration = Duration::from_secs(12);

/// What a delivery is done with in part, by what came of its claim; nothing, if nothing is left to do.
///
/// # Errors
///
/// [`DeliveryFault`], if someone else is at it, or it failed for good.
pub(crate) fn taken(claim: Claim, now: Timestamp) -> Result<Option<Settled>, Failure> {
    match claim {
        Claim::Taken { settled } => Ok(Some(settled)),
        Claim::Finished => Ok(None),
        Claim::Failed { reason } => Err(DeliveryFault::FailedBefore { reason }.into()),
        Claim::Held { until } => {
            let left = until.duration_since(now).try_into().unwrap_or(Duration::ZERO);
            Err(DeliveryFault::Held { left }.into())
        }
    }
}

/// Writes down what came of an attempt, and gives what its message is to do. Where something was handed over
/// by it, `is_handed_over` in part at least, that is said until it is heard.
///
/// # Errors
///
/// What the attempt failed of; else what writing it down failed of.
pub(crate) async fn settle(
    app: &App,
    attempted: Result<Ending, Failure>,
    is_last: bool,
    is_handed_over: bool,
    claimed_at: Timestamp,
    end: impl AsyncFn(&Ending) -> Result<(), StoreError>,
) -> Result<(), Failure> {
    let ending = match &attempted {
        Ok(ending) => ending.clone(),
        Err(Failure::Delivery(fault)) if fault.is_final() => Ending::Failed(fault.reason()),
        Err(failure) if is_last || !failure.may_pass() => Ending::GivenUp(reason(failure)),
        Err(failure) => Ending::Waiting {
            reason: reason(failure),
            until: app.now().saturating_add(failure.retry_after()).unwrap_or(claimed_at),
        },
    };
    let ended = match &ending {
        Ending::Sent | Ending::Failed(_) => insist(async || end(&ending).await).await,
        // Of what cannot be written down no other attempt is made, whatever this one failed of.
        Ending::Denied(_) | Ending::Waiting { .. } | Ending::GivenUp(_) if is_handed_over => {
            insist(async || end(&ending).await).await?;
            Ok(())
        }
        // Where it is not written down, the claim ends by itself.
        Ending::Denied(_) | Ending::Waiting { .. } | Ending::GivenUp(_) => {
            end(&ending).await.map_err(Failure::from)
        }
    };
    attempted?;
    ended
}

/// Says it until it is heard. Who does not know that something was sent sends it again, and so what
/// cannot be written down is no reason to try again.
async fn insist(say: impl AsyncFn() -> Result<(), StoreError>) -> Result<(), Failure> {
    let unrecorded = || Err(DeliveryFault::Unrecorded.into());
    let saying = async {
        for call in 1.. {
            match say().await {
                Ok(()) => return Ok(()),
                Err(error) if error.is_transient() => {}
                Err(_it_never_will) => return unrecorded(),
            }
            tokio::time::sleep(pause_before(call)).await;
        }
        unrecorded()
    };
    tokio::time::timeout(TIME_TO_RECORD, saying).await.unwrap_or_else(|_elapsed| unrecorded())
}

/// Why a delivery failed, for whoever asks: fixed words, and the codes of peers.
fn reason(failure: &Failure) -> String {
    let code = failure.code().map(|code| format!(" {code}")).unwrap_or_default();
    format!("{}{code}", failure.kind())
}
