//! Records what comes back of emails: which addresses are not written to any more.

use shared::app::App;
use shared::failure::Failure;
use shared::feedback::{self, FeedbackJob};

/// Records what one email's bounce or complaint says of an address.
///
/// # Errors
///
/// A [`Failure`]; recording it again is safe.
pub async fn handle(app: &App, job: FeedbackJob) -> Result<(), Failure> {
    feedback::record(app, &job).await
}
