//! What comes back of emails: which addresses are not written to any more.

mod job;
mod ses;

pub use job::FeedbackJob;

use crate::app::App;
use crate::domain::feedback::WhyUndeliverable;
use crate::domain::id::{OrgUnitId, UserId};
use crate::failure::Failure;
use crate::store::AddressDigest;

/// An email did not arrive and never will, or was not wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Feedback {
    org_unit: OrgUnitId,
    user: UserId,
    addresses: Vec<AddressDigest>,
    reason: WhyUndeliverable,
}

/// Records which addresses are not written to any more. It may be cut off at any line and begin anew, any
/// number of times.
///
/// # Errors
///
/// A [`Failure`]; recording it again is safe.
pub async fn record(app: &App, job: &FeedbackJob) -> Result<(), Failure> {
    let Some(Feedback { org_unit, user, addresses, reason }) = job.feedback() else {
        return Ok(());
    };
    app.store.mark_undeliverable(org_unit, user, addresses, *reason, app.now()).await?;
    Ok(())
}
